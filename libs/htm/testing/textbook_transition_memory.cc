// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "textbook_transition_memory.h"

#include <algorithm>
#include <cmath>

#include "cortado/base/random.h"

namespace cortado::htm::testing {
namespace {

int thousandths(double permanence) { return static_cast<int>(std::floor(permanence * 1000 + 0.5)); }

std::vector<int> to_list(const ColumnSet& set) {
  std::vector<int> list;
  for (std::uint32_t column = 0; column < kSetColumns; ++column) {
    if (set.contains(column)) list.push_back(static_cast<int>(column));
  }
  return list;
}

bool has(const std::vector<int>& list, int column) {
  return std::find(list.begin(), list.end(), column) != list.end();
}

}  // namespace

TextbookTransitionMemory::Column& TextbookTransitionMemory::column_of(int number) {
  for (auto& column : columns_) {
    if (column.number == number) return column;
  }
  columns_.push_back({number, {}});
  return columns_.back();
}

/// Active synapses of at least that permanence.
int TextbookTransitionMemory::count(const Segment& segment, int least) const {
  int result = 0;
  for (const auto& synapse : segment.places) {
    if (synapse.thousandths >= least && has(previous_, synapse.column)) ++result;
  }
  return result;
}

void TextbookTransitionMemory::grow(Segment& segment, int column) {
  const auto draw = base::mix64(seed_ + static_cast<std::uint64_t>(step_ * 2048 + column));
  for (std::size_t n = 0; n < previous_.size(); ++n) {
    const int candidate = previous_[(draw % previous_.size() + n) % previous_.size()];
    const bool known = std::any_of(segment.places.begin(), segment.places.end(), [&](auto& place) {
      return place.thousandths > 0 && place.column == candidate;
    });
    const auto free = std::find_if(segment.places.begin(), segment.places.end(),
                                   [](auto& place) { return place.thousandths == 0; });
    if (known || free == segment.places.end()) continue;
    *free = {candidate, thousandths(config_.initial_permanence)};
  }
}

void TextbookTransitionMemory::adapt(Segment& segment, int column) {
  for (auto& place : segment.places) {
    if (place.thousandths == 0) continue;
    place.thousandths += has(previous_, place.column) ? thousandths(config_.permanence_increment)
                                                      : -thousandths(config_.permanence_decrement);
    place.thousandths = std::clamp(place.thousandths, 0, 1000);
    if (place.thousandths == 0) place.column = 0;
  }
  segment.last_used = step_;
  grow(segment, column);
}

void TextbookTransitionMemory::forget_one() {
  Column* in = nullptr;
  std::size_t at = 0;
  int searched = 0;
  for (std::size_t n = 0; n < columns_.size() && searched < 8; ++n) {
    Column& column = columns_[hand_];
    hand_ = (hand_ + 1) % columns_.size();
    if (!column.segments.empty()) ++searched;
    for (std::size_t i = 0; i < column.segments.size(); ++i) {
      if (in == nullptr || column.segments[i].last_used < in->segments[at].last_used) {
        in = &column;
        at = i;
      }
    }
  }
  in->segments.erase(in->segments.begin() + static_cast<std::ptrdiff_t>(at));
}

void TextbookTransitionMemory::make(int number) {
  column_of(number);
  std::size_t all = 0;
  for (const auto& column : columns_) all += column.segments.size();
  auto& own = column_of(number).segments;
  if (static_cast<std::int64_t>(own.size()) == config_.segments_per_column) {
    own.erase(std::min_element(own.begin(), own.end(), [](const auto& a, const auto& b) {
      return a.last_used < b.last_used;
    }));
  } else if (static_cast<std::int64_t>(all) == config_.max_segments) {
    forget_one();
  }
  Segment segment;
  segment.places.resize(kSegmentSynapses);
  segment.last_used = step_;
  grow(segment, number);
  own.push_back(segment);
}

TransitionOutput TextbookTransitionMemory::compute(const ColumnSet& active) {
  ++step_;
  const auto now = to_list(active);
  TransitionOutput output{static_cast<std::uint32_t>(now.size()), 0};
  std::vector<int> unmatched;
  for (const int number : now) {
    const auto known = std::find_if(columns_.begin(), columns_.end(),
                                    [&](auto& column) { return column.number == number; });
    Segment* best = nullptr;
    bool predicted = false;
    const std::size_t segments = known == columns_.end() ? 0 : known->segments.size();
    for (std::size_t i = 0; i < segments; ++i) {
      Segment& segment = known->segments[i];
      if (count(segment, thousandths(config_.connected_permanence)) >=
          config_.activation_threshold) {
        adapt(segment, number);
        predicted = true;
      } else if (best == nullptr || count(segment, 1) > count(*best, 1)) {
        best = &segment;
      }
    }
    if (predicted) {
      ++output.predicted;
    } else if (best != nullptr && count(*best, 1) >= config_.min_threshold) {
      adapt(*best, number);
    } else {
      unmatched.push_back(number);
    }
  }
  if (previous_.empty()) unmatched.clear();
  for (const int number : unmatched) make(number);
  previous_ = now;
  return output;
}

std::string TextbookTransitionMemory::save() const {
  std::string bytes;
  base::ByteWriter out(bytes);
  ColumnSet set;
  for (const int column : previous_) set.insert(static_cast<std::uint32_t>(column));
  out.u32(static_cast<std::uint32_t>(step_));
  out.u16(static_cast<std::uint16_t>(hand_));
  for (const auto word : set.words) out.u64(word);
  out.u16(static_cast<std::uint16_t>(columns_.size()));
  for (const auto& column : columns_) {
    out.u16(static_cast<std::uint16_t>(column.number));
    out.u8(static_cast<std::uint8_t>(column.segments.size()));
    for (const auto& segment : column.segments) {
      out.varint(static_cast<std::uint64_t>(step_ - segment.last_used));
      for (const auto& place : segment.places) out.u16(static_cast<std::uint16_t>(place.column));
      for (const auto& place : segment.places) {
        out.u8(static_cast<std::uint8_t>(place.thousandths / 4));
      }
    }
  }
  return bytes;
}

}  // namespace cortado::htm::testing
