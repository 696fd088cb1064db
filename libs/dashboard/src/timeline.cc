// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "timeline.h"

#include <algorithm>
#include <limits>
#include <span>

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

namespace {

/// Add a sum to the parts that it covers: a like share to each, all of it together.
void spread(const TimeSlot& slot, std::span<TimeSlot> parts) {
  const auto count = static_cast<std::int64_t>(parts.size());
  for (std::int64_t i = 0; i < count; ++i) {
    const auto share = [&](std::int64_t n) { return n * (i + 1) / count - n * i / count; };
    TimeSlot piece{.start_ms = 0,
                   .batches = share(slot.batches),
                   .overruns = share(slot.overruns),
                   .input_rows = share(slot.input_rows),
                   .dead_letters = share(slot.dead_letters)};
    if (piece.batches > 0) {
      const double of = static_cast<double>(piece.batches) / static_cast<double>(slot.batches);
      piece.scheduling = slot.scheduling * of;
      piece.processing = slot.processing * of;
      piece.total = slot.total * of;
      piece.scheduling_max = slot.scheduling_max;
      piece.processing_max = slot.processing_max;
      piece.total_max = slot.total_max;
    }
    add(parts[static_cast<std::size_t>(i)], piece);
  }
}

}  // namespace

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
  const auto part_of = [&](base::EpochMillis time) {
    return static_cast<std::size_t>((time - from) * count / span);
  };
  const auto within = [&](base::EpochMillis start) { return start >= from && start < to; };
  const base::EpochMillis cut = first_by_seconds();
  for (std::size_t i = 0; i < coarse_.size() && coarse_[i].start_ms < cut; ++i) {
    const base::EpochMillis start = coarse_[i].start_ms;
    if (!within(start)) continue;
    const std::size_t first = part_of(start);
    const bool narrow = span < kCoarse * count;
    const std::size_t last = narrow ? part_of(std::min(start + kCoarse, to) - 1) : first;
    spread(coarse_[i], std::span(out).subspan(first, last - first + 1));
  }
  for (std::size_t i = 0; i < fine_.size(); ++i) {
    const base::EpochMillis start = fine_[i].start_ms;
    if (start >= cut && within(start)) dashboard::add(out[part_of(start)], fine_[i]);
  }
  return out;
}

/// From when on the seconds hold every batch, so that none is counted by both.
base::EpochMillis Timeline::first_by_seconds() const {
  if (fine_.empty()) return std::numeric_limits<base::EpochMillis>::max();
  const base::EpochMillis first = fine_[0].start_ms;
  const base::EpochMillis start = first - first % kCoarse;
  std::int64_t left = 0;
  for (std::size_t i = 0; i < coarse_.size(); ++i) {
    if (coarse_[i].start_ms == start) left = coarse_[i].batches;
  }
  for (std::size_t i = 0; i < fine_.size() && fine_[i].start_ms < start + kCoarse; ++i)
    left -= fine_[i].batches;
  return left == 0 ? start : start + kCoarse;
}

TimeSlot Timeline::recent(base::EpochMillis now, base::EpochMillis span) const {
  const base::EpochMillis end = now - now % kFine;
  TimeSlot sum;
  sum.start_ms = end - span;
  for (std::size_t i = fine_.size(); i-- > 0 && fine_[i].start_ms >= sum.start_ms;) {
    if (fine_[i].start_ms < end) dashboard::add(sum, fine_[i]);
  }
  return sum;
}

}  // namespace cortado::dashboard
