// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "cortado/stream/engine.h"

namespace cortado::stream::testing {

/// Keeps the reports of all ticks; may call back at each.
class RecordingObserver final : public EngineObserver {
 public:
  void committed(const base::TopicPartition& lane, std::span<const base::RawRecord> inputs,
                 std::span<const base::Outcome> outcomes) override {
    rows += static_cast<std::int64_t>(inputs.size());
    same_length = same_length && inputs.size() == outcomes.size();
    if (on_committed) on_committed(lane, inputs, outcomes);
  }
  void batch_ended(const BatchReport& report) override {
    reports.push_back(report);
    if (on_batch) on_batch(report);
  }
  void devices_changed(const DeviceCounts& counts) override {
    devices = counts;
    most_resident = std::max(most_resident, counts.resident);
    if (on_devices) on_devices(counts);
  }

  /// The last that was told while there were any.
  void lanes_changed(std::span<const LaneReport> now) override {
    if (!now.empty()) lanes.assign(now.begin(), now.end());
  }

  std::vector<BatchReport> reports;
  std::vector<LaneReport> lanes;
  DeviceCounts devices;
  std::int64_t most_resident = 0;  ///< between two ticks
  std::int64_t rows = 0;
  bool same_length = true;
  std::function<void(const base::TopicPartition&, std::span<const base::RawRecord>,
                     std::span<const base::Outcome>)>
      on_committed;
  std::function<void(const BatchReport&)> on_batch;
  std::function<void(const DeviceCounts&)> on_devices;
};

}  // namespace cortado::stream::testing
