// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/producer_core.h"

namespace cortado::kafka {

/// How a KafkaSource's consumer differs from others.
ClientSettings source_settings(const KafkaConfig& config);

/// The same of a ConsumerCore's, which moves whole assignments.
ClientSettings viewer_settings(const KafkaConfig& config);

/// The same of a producer, without and with transactions.
ClientSettings producer_settings(const QueueLimits& queue = {});
ClientSettings transactional_settings(const TransactionSettings& transactions);

}  // namespace cortado::kafka
