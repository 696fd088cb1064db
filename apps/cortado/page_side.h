// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cortado/kafka/topics.h"
#include "engine_admin.h"
#include "former_records.h"
#include "page_support.h"
#include "run_observer.h"
#include "scoring.h"
#include "wiring.h"

namespace cortado::app {

/// The page of a detection with all that keeps it true, and through which its admins speak to the
/// engine. It stays where it is made: its parts know each other.
class PageSide {
 public:
  /// Serve the page; `run` and `scoring` outlive it. **Errors:** of the page, of its token file and
  /// of the broker's client.
  static base::Result<std::unique_ptr<PageSide>> open(const DetectionRun& run,
                                                      const Scoring& scoring,
                                                      const kafka::TopicLayout& layout);
  PageSide(const PageSide&) = delete;
  PageSide& operator=(const PageSide&) = delete;

  stream::EngineControl& control() { return control_; }
  stream::EngineObserver& observer() { return *observer_; }
  LaneBook& book() { return book_; }
  /// Tell of partitions that came or went.
  void rebalanced(const std::string& message) { tell(dashboard::JournalKind::kRebalance, message); }
  /// Show what the output topic has of partitions that came.
  void arrived(std::span<const base::TopicPartition> partitions) {
    if (former_) former_->want(partitions);
  }
  /// Run the engine while /readyz is kept true, then end the page.
  base::Status run(stream::Engine& engine, std::stop_token stop);
  /// Fill what was seen.
  void fill(Summary& summary) const { observer_->fill(summary); }

 private:
  PageSide() : admin_(control_) {}
  base::Status serve(const DetectionRun& run, const Scoring& scoring,
                     const kafka::TopicLayout& layout);
  void tell(dashboard::JournalKind kind, const std::string& message);

  base::Clock& clock_ = base::system_clock();
  stream::EngineControl control_;
  EngineAdmin admin_;
  LaneBook book_;
  std::unique_ptr<dashboard::Dashboard> page_;
  std::optional<ErrorsOnPage> errors_;
  std::optional<RunObserver> observer_;
  std::optional<HealthWatch> health_;
  std::unique_ptr<FormerRecords> former_;  ///< null: the page begins empty
};

}  // namespace cortado::app
