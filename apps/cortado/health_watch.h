// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/dashboard/dashboard.h"
#include "lane_book.h"

namespace cortado::app {

/// Return what this process takes of the machine, from /proc; what cannot be read is 0.
dashboard::ProcessRow read_process(base::EpochMillis now_ms);

/// Keeps what the page and /readyz say true, on a thread of its own once a second: which partitions
/// are ours, how far they are behind, whether the topics can be reached, what the process takes.
class HealthWatch {
 public:
  /// Ask the broker for the input topic's end offsets and whether the other topics are there.
  /// Called on the watch's thread alone; may take seconds.
  using AskBroker = std::function<base::Result<std::vector<base::Offset>>()>;

  /// Tells what the models in memory hold; thread-safe. None = there are no models.
  using CountModels = std::function<std::int64_t()>;

  /// All outlive it. `facts` are told anew whenever the assignment changes.
  HealthWatch(dashboard::Dashboard& page, LaneBook& book, base::Clock& clock,
              dashboard::DashboardFacts facts, AskBroker ask, CountModels count_models = {});
  /// Ends the thread; /readyz stays as it was last told.
  ~HealthWatch() { stop(); }

  void start();
  void stop();
  /// One look, as the thread does it.
  void look();

 private:
  void run(const std::stop_token& stop);
  std::string trouble();
  void tell_facts(std::int64_t owned);

  dashboard::Dashboard& page_;
  LaneBook& book_;
  base::Clock& clock_;
  dashboard::DashboardFacts facts_;
  const AskBroker ask_;
  const CountModels count_models_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace cortado::app
