// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"
#include "cortado/dashboard/rows.h"
#include "ring.h"

namespace cortado::dashboard {

/// The batches that ended within one span of time, summed; delays in milliseconds.
struct TimeSlot {
  base::EpochMillis start_ms = 0;
  std::int64_t batches = 0;
  std::int64_t overruns = 0;
  std::int64_t input_rows = 0;
  std::int64_t dead_letters = 0;
  double scheduling = 0;
  double processing = 0;
  double total = 0;
  double scheduling_max = 0;
  double processing_max = 0;
  double total_max = 0;

  bool operator==(const TimeSlot&) const = default;
};

void add(TimeSlot& slot, const BatchRow& row);
void add(TimeSlot& slot, const TimeSlot& other);

/// A batch and the start of the process that ran it.
struct PastBatch {
  base::EpochMillis run_ms = 0;
  BatchRow row;
};

/// The engine's batches of the last day: the newest one by one, the last hour by seconds, the rest
/// by ten seconds. Not thread-safe.
class Timeline {
 public:
  static constexpr std::size_t kBatches = 1'000;

  /// A batch of a process that started at `run_ms` has ended.
  void add(const BatchRow& row, base::EpochMillis run_ms);

  /// Return the sums of `parts` equal parts of [from, to), the first starting at `from`. Where only
  /// sums of ten seconds are kept, narrower parts get a like share of them.
  std::vector<TimeSlot> slots(base::EpochMillis from, base::EpochMillis to,
                              std::size_t parts) const;
  /// Return the sum over the last `span` of whole seconds: the one that `now` lies in is not over.
  TimeSlot recent(base::EpochMillis now, base::EpochMillis span) const;
  /// The newest batches, those of former processes included.
  const Ring<PastBatch>& batches() const { return batches_; }

  /// Return what a later process goes on with, as docs/formats/batch-history.md says.
  std::string save() const;
  /// Take what save() gave, before the first add(). **Errors:** kCorrupt, kUnsupported; nothing has
  /// changed then.
  base::Status load(std::string_view bytes);

 private:
  static constexpr base::EpochMillis kFine = 1'000;
  static constexpr base::EpochMillis kCoarse = 10'000;
  static constexpr std::size_t kFineSlots = 3'600;
  static constexpr std::size_t kCoarseSlots = 8'640;

  static TimeSlot& slot_at(Ring<TimeSlot>& ring, base::EpochMillis time, base::EpochMillis width,
                           std::size_t limit);
  base::EpochMillis first_by_seconds() const;

  Ring<TimeSlot> fine_;
  Ring<TimeSlot> coarse_;
  Ring<PastBatch> batches_;
};

}  // namespace cortado::dashboard
