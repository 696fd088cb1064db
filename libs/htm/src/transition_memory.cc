// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/transition_memory.h"

#include <algorithm>
#include <bit>

#include "cortado/base/random.h"
#include "kernels.h"
#include "transition_state.h"

namespace cortado::htm {
namespace {

constexpr std::uint32_t kSearchedRows = 8;

std::uint32_t list_columns(const ColumnSet& set, std::uint16_t* out) {
  std::uint32_t count = 0;
  for (std::uint32_t w = 0; w < set.words.size(); ++w) {
    for (std::uint64_t bits = set.words[w]; bits != 0; bits &= bits - 1) {
      out[count++] =
          static_cast<std::uint16_t>(w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }
  }
  return count;
}

/// A vector that doubles would waste half of what a device may hold.
template <typename T>
void make_room(std::vector<T>& items) {
  if (items.size() == items.capacity()) items.reserve(items.size() + items.size() / 8 + 16);
}

}  // namespace

/// What a step needs and forgets; one for each thread.
struct TransitionMemory::State::Step {
  std::array<std::uint16_t, kSetColumns> active;
  std::array<std::uint16_t, kSetColumns> previous;
  std::array<std::uint16_t, kSetColumns> unmatched;  ///< columns that get a new segment
  std::array<std::uint16_t, std::size_t{kSetColumns} * kMaxColumnSegments> numbers;
  std::array<SegmentMatch, std::size_t{kSetColumns} * kMaxColumnSegments> matches;
  std::uint32_t active_count;
  std::uint32_t previous_count;
};

ColumnRow& TransitionMemory::State::row_of(std::uint32_t column) {
  std::uint16_t& row = row_of_column[column];
  if (row == kNoRow) {
    row = static_cast<std::uint16_t>(rows.size());
    make_room(rows);
    rows.push_back({{}, static_cast<std::uint16_t>(column), 0});
  }
  return rows[row];
}

std::uint16_t TransitionMemory::State::take_number() {
  if (!free_numbers.empty()) {
    const std::uint16_t number = free_numbers.back();
    free_numbers.pop_back();
    return number;
  }
  make_room(segments);
  segments.emplace_back();
  return static_cast<std::uint16_t>(segments.size() - 1);
}

void TransitionMemory::State::remove(ColumnRow& row, std::uint32_t place) {
  make_room(free_numbers);
  free_numbers.push_back(row.segments[place]);
  std::copy(row.segments.begin() + place + 1, row.segments.begin() + row.count,
            row.segments.begin() + place);
  --row.count;
}

void TransitionMemory::State::give_up_oldest(ColumnRow& row) {
  std::uint32_t oldest = 0;
  for (std::uint32_t i = 1; i < row.count; ++i) {
    if (segments[row.segments[i]].last_used < segments[row.segments[oldest]].last_used) oldest = i;
  }
  remove(row, oldest);
}

void TransitionMemory::State::search_oldest() {
  ColumnRow* found = nullptr;
  std::uint32_t place = 0;
  std::uint32_t looked_at = 0;
  const auto count = static_cast<std::uint32_t>(rows.size());
  for (std::uint32_t n = 0; n < count && looked_at < kSearchedRows; ++n) {
    ColumnRow& row = rows[hand];
    hand = hand + 1 < count ? hand + 1 : 0;
    if (row.count > 0) ++looked_at;
    for (std::uint32_t i = 0; i < row.count; ++i) {
      const bool older = found == nullptr || segments[row.segments[i]].last_used <
                                                 segments[found->segments[place]].last_used;
      if (!older) continue;
      found = &row;
      place = i;
    }
  }
  if (found != nullptr) remove(*found, place);
}

/// Return where among the previous columns a segment of this column begins to look for synapses.
std::uint32_t TransitionMemory::State::draw_place(std::uint32_t column, const Step& work) const {
  const std::uint64_t number = static_cast<std::uint64_t>(step) * kSetColumns + column;
  return static_cast<std::uint32_t>(base::mix64(seed + number) % work.previous_count);
}

void TransitionMemory::State::grow(TransitionSegment& segment, std::uint32_t column,
                                   const Step& work) const {
  if (work.previous_count == 0) return;
  std::uint32_t at = draw_place(column, work);
  std::uint32_t slot = 0;
  for (std::uint32_t n = 0; n < work.previous_count; ++n) {
    const std::uint16_t candidate = work.previous[at];
    at = at + 1 < work.previous_count ? at + 1 : 0;
    bool has = false;
    for (std::uint32_t i = 0; i < kSegmentSynapses; ++i) {
      has = has || (segment.columns[i] == candidate && segment.permanences[i] > 0);
    }
    if (has) continue;
    while (slot < kSegmentSynapses && segment.permanences[slot] > 0) ++slot;
    if (slot == kSegmentSynapses) return;
    segment.columns[slot] = candidate;
    segment.permanences[slot] = rules.initial;
  }
}

void TransitionMemory::State::adapt(TransitionSegment& segment, std::uint16_t active,
                                    std::uint32_t column, const Step& work) {
  kernels().transition->adapt(segment, active, rules.increment, rules.decrement);
  segment.last_used = step;
  const bool has_room = std::ranges::find(segment.permanences, 0) != std::end(segment.permanences);
  if (has_room) grow(segment, column, work);
}

TransitionMemory::State::Match TransitionMemory::State::learn(const ColumnRow& row,
                                                              const SegmentMatch* matches,
                                                              const Step& work) {
  bool predicted = false;
  std::uint32_t best = 0;
  for (std::uint32_t i = 0; i < row.count; ++i) {
    if (matches[i].connected_count >= rules.activation_threshold) {
      adapt(segments[row.segments[i]], matches[i].active, row.column, work);
      predicted = true;
    } else if (matches[i].active_count > matches[best].active_count) {
      best = i;
    }
  }
  if (predicted) return Match::kPredicted;
  if (row.count == 0 || matches[best].active_count < rules.min_threshold) return Match::kNone;
  adapt(segments[row.segments[best]], matches[best].active, row.column, work);
  return Match::kSimilar;
}

void TransitionMemory::State::make_segment(std::uint32_t column, const Step& work) {
  ColumnRow& row = row_of(column);
  if (row.count == rules.segments_per_column) {
    give_up_oldest(row);
  } else if (segments.size() - free_numbers.size() >= rules.max_segments) {
    search_oldest();
  }
  const std::uint16_t number = take_number();
  row.segments[row.count++] = number;
  TransitionSegment& segment = segments[number];
  segment = {};
  segment.last_used = step;
  // A new segment lacks every candidate: no search for doubles.
  const std::uint32_t wanted = std::min(kSegmentSynapses, work.previous_count);
  std::uint32_t at = draw_place(column, work);
  for (std::uint32_t i = 0; i < wanted; ++i) {
    segment.columns[i] = work.previous[at];
    segment.permanences[i] = rules.initial;
    at = at + 1 < work.previous_count ? at + 1 : 0;
  }
}

/// Look at all segments of the active columns, one column's after the other's.
void TransitionMemory::State::find_active(Step& work) const {
  std::uint32_t listed = 0;
  for (std::uint32_t n = 0; n < work.active_count; ++n) {
    const std::uint16_t row = row_of_column[work.active[n]];
    if (row == kNoRow) continue;
    std::copy_n(rows[row].segments.begin(), rows[row].count, work.numbers.begin() + listed);
    listed += rows[row].count;
  }
  kernels().transition->find_active(segments.data(), work.numbers.data(), listed,
                                    previous.words.data(), rules.connected, work.matches.data());
}

TransitionOutput TransitionMemory::State::compute(const ColumnSet& active, ColumnSet* burst) {
  thread_local Step work;
  ++step;
  work.active_count = list_columns(active, work.active.data());
  work.previous_count = list_columns(previous, work.previous.data());
  find_active(work);
  TransitionOutput output{work.active_count, 0};
  if (burst != nullptr) *burst = {};
  std::uint32_t unmatched = 0;
  const SegmentMatch* matches = work.matches.data();
  for (std::uint32_t n = 0; n < work.active_count; ++n) {
    const std::uint16_t row = row_of_column[work.active[n]];
    const std::uint32_t count = row == kNoRow ? 0 : rows[row].count;
    const Match match = count == 0 ? Match::kNone : learn(rows[row], matches, work);
    if (match == Match::kPredicted) {
      ++output.predicted;
    } else if (burst != nullptr) {
      burst->insert(work.active[n]);
    }
    if (match == Match::kNone) work.unmatched[unmatched++] = work.active[n];
    matches += count;
  }
  if (work.previous_count == 0) unmatched = 0;
  for (std::uint32_t n = 0; n < unmatched; ++n) make_segment(work.unmatched[n], work);
  previous = active;
  return output;
}

TransitionMemory::TransitionMemory(const TransitionMemoryConfig& config, std::uint64_t seed)
    : state_(std::make_unique<State>(config, seed)) {}
TransitionMemory::~TransitionMemory() = default;
TransitionMemory::TransitionMemory(TransitionMemory&&) noexcept = default;
TransitionMemory& TransitionMemory::operator=(TransitionMemory&&) noexcept = default;

TransitionOutput TransitionMemory::compute(const ColumnSet& active, ColumnSet* burst) {
  return state_->compute(active, burst);
}

const ColumnSet& TransitionMemory::active() const { return state_->previous; }

std::uint64_t TransitionMemory::segments() const {
  return state_->segments.size() - state_->free_numbers.size();
}

std::size_t TransitionMemory::bytes() const {
  const State& state = *state_;
  return sizeof(State) + state.rows.capacity() * sizeof(ColumnRow) +
         state.segments.capacity() * sizeof(TransitionSegment) +
         state.free_numbers.capacity() * sizeof(std::uint16_t);
}

}  // namespace cortado::htm
