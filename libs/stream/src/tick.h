// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/outcome.h"
#include "cortado/stream/accounting.h"
#include "lane.h"

namespace cortado::stream {

class SlotUse;

/// What a tick did; `report` holds counters and stages, not yet the delays.
struct TickResult {
  BatchReport report;
  std::int64_t rows = 0;  ///< processed, those that only restore models included
  std::int64_t clipped = 0;
  std::vector<std::pair<Lane*, CommitResult>>
      undone;  ///< not committed: back to the committed state
  std::vector<std::pair<Lane*, base::Error>> stopped;  ///< no repeat helps them
  std::vector<std::pair<Lane*, base::Error>> refused;  ///< nor these, whose stored state is sound
  std::vector<Lane*> committed;
};

/// Takes the buffered records of lanes to committed outcomes. Keeps its memory from tick to tick.
class Tick {
 public:
  /// `writers` carries what waits for the log, beside each other; with one thread alone all lanes
  /// are written one after the other, in their order.
  Tick(LaneContext& context, TaskPool& writers) : context_(context), writers_(writers) {}
  TickResult run(std::span<Lane* const> lanes);

 private:
  /// One lane's rows; `first` is the place of its first row in the arrays over all rows.
  struct Batch {
    Lane* lane = nullptr;
    std::size_t first = 0;
    std::span<const base::RawRecord> records;
    std::size_t muted = 0;  ///< of the records, the first ones: written already
    bool skipped = false;   ///< a device of it could not be made: nothing of it is written
    std::size_t left = 0;   ///< of its devices, those that have not run; the pool's threads count
    bool settled = false;   ///< it was judged, and written if it is good
    std::string pointer;
    std::optional<base::Error> refused;  ///< too many of its records are bad to write any
    std::optional<base::Error> error;    ///< of the log
    std::optional<CommitResult> result;  ///< none: nothing was to be written, or error
  };
  /// One device's rows of the tick.
  struct DeviceTask {
    Batch* batch = nullptr;
    Device* device = nullptr;
  };

  void lay_out(std::span<Lane* const> lanes);
  void route();
  /// True if a record is passed over or suspected of ending the process.
  static bool is_special(const Batch& batch, std::size_t i);
  void route_row(const Batch& batch, std::size_t i, SlotUse& slot);
  void route_special(const Batch& batch);
  void group(TickResult& result);
  /// The device that runs a row; null if none does. A row that has to wait cuts the batch.
  Device* device_of(Batch& batch, std::size_t i);
  void cut(Batch& batch, std::size_t i, Routing::Wait wait);
  /// A record that its device has learned and that nothing was written of: to pass over it would
  /// lose it.
  void refuse_unwritten(Batch& batch, const Device& device, base::Offset offset,
                        TickResult& result);
  static void refuse_second_partition(const Batch& batch, const base::TopicPartition& owner,
                                      base::Outcome& outcome);
  /// Bring the evicted devices of the batches back.
  void load(TickResult& result);
  void score(TickResult& result);
  static bool is_suspect(const DeviceTask& task);
  void run_task(const DeviceTask& task);
  void score_device(const DeviceTask& task);
  void write(TickResult& result);
  void settle(Batch& batch) const;
  static void write_batch(Batch& batch, std::span<const base::Outcome> outcomes);
  void commit();
  void conclude(TickResult& result);
  void stop(Batch& batch, const base::Error& error, TickResult& result);
  void refuse(Batch& batch, const base::Error& error, TickResult& result);
  void count(TickResult& result) const;
  void tell() const;

  LaneContext& context_;
  TaskPool& writers_;
  std::vector<Batch> batches_;
  std::size_t rows_ = 0;
  std::vector<base::Outcome> outcomes_;  ///< one a row; never shrinks
  std::vector<std::string> names_;       ///< each row's device
  std::vector<char> routed_;             ///< each row has a device
  std::vector<DeviceTask> tasks_;
};

}  // namespace cortado::stream
