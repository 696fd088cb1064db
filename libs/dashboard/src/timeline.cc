// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "timeline.h"

#include <algorithm>

namespace cortado::dashboard {
namespace {

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

void add(TimeSlot& slot, const BatchRow& row) {
  TimeSlot one{.start_ms = 0,
               .batches = 1,
               .overruns = row.overrun ? 1 : 0,
               .input_rows = row.input_rows,
               .dead_letters = row.dead_letters,
               .scheduling = milliseconds(row.scheduling_delay),
               .processing = milliseconds(row.processing_time),
               .total = milliseconds(row.total_delay)};
  one.scheduling_max = one.scheduling;
  one.processing_max = one.processing;
  one.total_max = one.total;
  add(slot, one);
}

void add(TimeSlot& slot, const TimeSlot& other) {
  slot.batches += other.batches;
  slot.overruns += other.overruns;
  slot.input_rows += other.input_rows;
  slot.dead_letters += other.dead_letters;
  slot.scheduling += other.scheduling;
  slot.processing += other.processing;
  slot.total += other.total;
  slot.scheduling_max = std::max(slot.scheduling_max, other.scheduling_max);
  slot.processing_max = std::max(slot.processing_max, other.processing_max);
  slot.total_max = std::max(slot.total_max, other.total_max);
}

void Timeline::add(const BatchRow& row, base::EpochMillis run_ms) {
  dashboard::add(slot_at(fine_, row.time_ms, kFine, kFineSlots), row);
  dashboard::add(slot_at(coarse_, row.time_ms, kCoarse, kCoarseSlots), row);
  batches_.push({run_ms, row}, kBatches);
}

/// The slot of a time; where the clock went back the newest slot takes the batch.
TimeSlot& Timeline::slot_at(Ring<TimeSlot>& ring, base::EpochMillis time, base::EpochMillis width,
                            std::size_t limit) {
  const base::EpochMillis start = time - time % width;
  if (ring.empty() || ring.back().start_ms < start) {
    TimeSlot slot;
    slot.start_ms = start;
    ring.push(slot, limit);
  }
  return ring.back();
}

std::vector<TimeSlot> Timeline::slots(base::EpochMillis from, base::EpochMillis to,
                                      std::size_t parts) const {
  std::vector<TimeSlot> out(parts);
  const auto count = static_cast<base::EpochMillis>(parts);
  const base::EpochMillis span = std::max<base::EpochMillis>(to - from, 1);
  for (std::size_t i = 0; i < parts; ++i)
    out[i].start_ms = from + span * static_cast<base::EpochMillis>(i) / count;
  // Seconds only where they hold all of the range: else both kinds would count one batch twice.
  const bool fine =
      !fine_.empty() && (fine_[0].start_ms <= from ||
                         (!coarse_.empty() && coarse_[0].start_ms + kCoarse > fine_[0].start_ms));
  const Ring<TimeSlot>& ring = fine ? fine_ : coarse_;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const base::EpochMillis start = ring[i].start_ms;
    if (start < from || start >= to) continue;
    dashboard::add(out[static_cast<std::size_t>((start - from) * count / span)], ring[i]);
  }
  return out;
}

TimeSlot Timeline::recent(base::EpochMillis now, base::EpochMillis span) const {
  TimeSlot sum;
  sum.start_ms = now - span;
  for (std::size_t i = fine_.size(); i-- > 0 && fine_[i].start_ms >= now - span;)
    dashboard::add(sum, fine_[i]);
  return sum;
}

}  // namespace cortado::dashboard
