// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
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

/// How the watch asks the brokers.
struct BrokerQuestion {
  /// Ask for the input topic's end offsets and whether the other topics are there. Called on one
  /// thread alone; may take as long as it likes.
  std::function<base::Result<std::vector<base::Offset>>()> ask;
  /// Let the question that is under way fail soon; thread-safe. Empty: it never takes long.
  std::function<void()> give_up = {};
};

/// Keeps what the page and /readyz say true, once a second: which partitions are ours, how far they
/// are behind, whether the topics can be reached, what the process takes. One thread asks the
/// brokers and another one tells, so that a broker that does not answer is told of by the time that
/// has passed, whatever a call does.
class HealthWatch {
 public:
  /// A broker that has said nothing for so long is out of reach.
  static constexpr std::chrono::seconds kLongestSilence{10};

  /// Tells what the models in memory hold; thread-safe. None = there are no models.
  using CountModels = std::function<std::int64_t()>;

  /// All outlive it. `facts` are told anew whenever the assignment changes.
  HealthWatch(dashboard::Dashboard& page, LaneBook& book, base::Clock& clock,
              dashboard::DashboardFacts facts, BrokerQuestion broker,
              CountModels count_models = {});
  /// Ends the threads; /readyz stays as it was last told.
  ~HealthWatch() { stop(); }

  void start();
  void stop();
  /// Ask once, as the one thread does.
  void ask();
  /// Tell once what is known, as the other one does.
  void look();

 private:
  void repeat(const std::stop_token& stop, void (HealthWatch::*step)());
  std::string trouble();
  void tell_facts(std::int64_t owned);

  dashboard::Dashboard& page_;
  LaneBook& book_;
  base::Clock& clock_;
  dashboard::DashboardFacts facts_;
  const BrokerQuestion broker_;
  const CountModels count_models_;
  std::mutex answer_mutex_;
  std::optional<base::Error> refusal_;    ///< what the last question came to, if no answer
  std::chrono::nanoseconds answered_{0};  ///< when the last one was answered
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread asking_;
  std::jthread telling_;
};

}  // namespace cortado::app
