// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app_config.h"
#include "cortado/dashboard/dashboard.h"
#include "health_watch.h"

namespace cortado::app {

/// Where a worker keeps the batches of the last day: beside its state, in a folder that no topic
/// can be named like. Workers that share the state are told apart by host and address.
dashboard::HistoryStore history_store(const AppConfig& config);

/// Ask for the input topic's ends, and whether output and dead-letter topic are there.
base::Result<BrokerQuestion> ask_broker(const kafka::KafkaConfig& config);

/// Shows logged warnings and errors on the page as long as it lives.
class ErrorsOnPage {
 public:
  /// Both outlive it.
  ErrorsOnPage(dashboard::Dashboard& page, base::Clock& clock);
  ~ErrorsOnPage();
  ErrorsOnPage(const ErrorsOnPage&) = delete;
  ErrorsOnPage& operator=(const ErrorsOnPage&) = delete;
};

}  // namespace cortado::app
