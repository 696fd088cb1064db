// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/dashboard/dashboard.h"
#include "cortado/stream/engine.h"
#include "lane_book.h"
#include "summary.h"

namespace cortado::app {

/// Hears what was committed: measures delays for the summary and feeds the page, which sees exactly
/// what readers of the enriched topic see.
class RunObserver final : public stream::EngineObserver {
 public:
  /// Hears up to where a partition is committed.
  using Committed = std::function<void(base::Partition partition, base::Offset next)>;

  /// `page` may be null, and `book` too.
  RunObserver(base::Clock& clock, dashboard::Dashboard* page, LaneBook* book = nullptr,
              Committed committed = {})
      : clock_(clock), page_(page), book_(book), committed_(std::move(committed)) {}

  void committed(const base::TopicPartition& lane, std::span<const base::RawRecord> inputs,
                 std::span<const base::Outcome> outcomes) override;
  void batch_ended(const stream::BatchReport& report) override;
  void devices_changed(const stream::DeviceCounts& counts) override;
  /// Tell the book, which says on /readyz which lane does not run, and why.
  void lanes_changed(std::span<const stream::LaneReport> lanes) override;
  void batch_began(std::int64_t batch, std::int64_t rows) override;
  void snapshot_taken(const stream::SnapshotReport& report) override;
  void devices_evicted(std::span<const std::string_view> names) override;

  /// Fill what the observer knows: devices seen, delays and the time from the first batch to the
  /// last.
  void fill(Summary& summary) const;

 private:
  /// How many of a device's values its encoder had to clip.
  struct ClipCount {
    std::int64_t values = 0;
    std::int64_t clipped = 0;
    bool excessive = false;

    double share() const {
      return values == 0 ? 0 : static_cast<double>(clipped) / static_cast<double>(values);
    }
  };

  void measure(std::span<const base::RawRecord> inputs);
  const ClipCount& count_clipped(const base::Outcome& outcome);
  void tell_dead_letters(const base::TopicPartition& lane, std::span<const base::Outcome> outcomes);

  base::Clock& clock_;
  dashboard::Dashboard* page_;
  LaneBook* book_;
  const Committed committed_;
  std::vector<dashboard::DeviceRow> rows_;
  std::unordered_map<std::string, ClipCount> clips_;
  LatencyHistogram latency_;
  bool from_batches_ = false;
  std::optional<std::chrono::nanoseconds> first_start_;
  std::chrono::nanoseconds last_end_{0};
};

/// Fill what the engine counted.
void fill(const stream::EngineTotals& totals, Summary& summary);

}  // namespace cortado::app
