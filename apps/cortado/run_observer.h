// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/dashboard/dashboard.h"
#include "cortado/record/enriched_view.h"
#include "cortado/record/mapping.h"
#include "cortado/stream/engine.h"
#include "summary.h"

namespace cortado::app {

/// Hears what was committed: measures delays for the summary and feeds the page, which sees exactly
/// what readers of the enriched topic see.
class RunObserver final : public stream::EngineObserver {
 public:
  /// `page` may be null.
  RunObserver(base::Clock& clock, record::Mapping mapping, dashboard::Dashboard* page)
      : clock_(clock), mapping_(std::move(mapping)), page_(page) {}

  void committed(const base::TopicPartition& lane, std::span<const base::RawRecord> inputs,
                 std::span<const base::Outcome> outcomes) override;
  void batch_ended(const stream::BatchReport& report) override;
  void devices_changed(const stream::DeviceCounts& counts) override;
  /// The page is ready while every lane runs; else it says which does not, and why.
  void lanes_changed(std::span<const stream::LaneReport> lanes) override;

  /// Fill what the observer knows: devices seen, delays and the time from the first batch to the
  /// last.
  void fill(Summary& summary) const;

 private:
  /// How many of a device's values its encoder had to clip.
  struct ClipCount {
    std::int64_t values = 0;
    std::int64_t clipped = 0;
    bool excessive = false;
  };

  void measure(std::span<const base::RawRecord> inputs);
  bool count_clipped(const base::Outcome& outcome);
  bool read_row(const base::RawRecord& input, const base::Outcome& outcome,
                dashboard::DeviceRow& row);

  base::Clock& clock_;
  record::Mapping mapping_;
  dashboard::Dashboard* page_;
  record::EnrichedView view_;
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
