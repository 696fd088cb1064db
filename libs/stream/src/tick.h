// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/outcome.h"
#include "cortado/stream/accounting.h"
#include "lane.h"

namespace cortado::stream {

/// What a tick did; `report` holds counters and stages, not yet the delays.
struct TickResult {
  BatchReport report;
  std::int64_t clipped = 0;
  std::vector<Lane*> undone;         ///< aborted, of unknown fate, or a device could not be loaded:
                                     ///< reload, then the same offsets
  std::vector<Lane*> fenced;         ///< somebody else has the partition
  std::optional<base::Error> error;  ///< what stops the engine; the lane concerned is tainted
};

/// Takes the buffered records of lanes to committed outcomes. Keeps its memory from tick to tick.
class Tick {
 public:
  explicit Tick(LaneContext& context) : context_(context) {}
  TickResult run(std::span<Lane* const> lanes);

 private:
  /// One lane's rows; `first` is the place of its first row in the arrays over all rows.
  struct Batch {
    Lane* lane = nullptr;
    std::size_t first = 0;
    std::span<const base::RawRecord> records;
    bool skipped = false;  ///< an evicted device of it could not be loaded: nothing of it runs
    bool open = false;     ///< begun and not failed
    bool committed = false;
  };
  /// One device's rows of the tick.
  struct DeviceTask {
    const Batch* batch = nullptr;
    Device* device = nullptr;
  };

  void lay_out(std::span<Lane* const> lanes);
  void route();
  void group();
  void refuse_second_partition(const Batch& batch, const base::TopicPartition& owner,
                               base::Outcome& outcome);
  /// Bring the evicted devices of the batches back.
  void load(TickResult& result);
  void score(TickResult& result);
  void score_device(const DeviceTask& task);
  void write(TickResult& result);
  void commit(TickResult& result);
  void fail(Batch& batch, const base::Error& error, TickResult& result);
  void count(TickResult& result) const;
  void tell() const;

  LaneContext& context_;
  std::vector<Batch> batches_;
  std::size_t rows_ = 0;
  std::vector<base::Outcome> outcomes_;  ///< one a row; never shrinks
  std::vector<std::string> names_;       ///< each row's device
  std::vector<char> routed_;             ///< each row has a device
  std::vector<DeviceTask> tasks_;
};

}  // namespace cortado::stream
