// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cortado/htm/transition_memory.h"
#include "transition_state.h"

namespace cortado::htm {
namespace {

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("transition memory: ") + text);
}

/// A free place has column 0, so that what a dead synapse led to shows nowhere.
void save_segment(const TransitionSegment& segment, std::uint32_t step, base::ByteWriter& out) {
  out.varint(step - segment.last_used);
  for (std::uint32_t i = 0; i < kSegmentSynapses; ++i) {
    out.u16(segment.permanences[i] == 0 ? std::uint16_t{0} : segment.columns[i]);
  }
  for (const auto permanence : segment.permanences) out.u8(permanence);
}

bool restore_segment(TransitionSegment& segment, std::uint32_t step, base::ByteReader& in) {
  const std::uint64_t age = in.varint();
  if (age > step) return false;
  segment.last_used = step - static_cast<std::uint32_t>(age);
  for (auto& column : segment.columns) {
    column = in.u16();
    if (column >= kSetColumns) return false;
  }
  for (auto& permanence : segment.permanences) {
    permanence = in.u8();
    if (permanence > kHighestPermanence) return false;
  }
  return in.ok();
}

}  // namespace

void TransitionMemory::save(base::ByteWriter& out) const {
  const State& state = *state_;
  out.u32(state.step);
  out.u16(static_cast<std::uint16_t>(state.hand));
  for (const auto word : state.previous.words) out.u64(word);
  out.u16(static_cast<std::uint16_t>(state.rows.size()));
  for (const auto& row : state.rows) {
    out.u16(row.column);
    out.u8(static_cast<std::uint8_t>(row.count));
    for (std::uint32_t i = 0; i < row.count; ++i) {
      save_segment(state.segments[row.segments[i]], state.step, out);
    }
  }
}

base::Status TransitionMemory::restore(base::ByteReader& in) {
  State& state = *state_;
  state.step = in.u32();
  state.hand = in.u16();
  for (auto& word : state.previous.words) word = in.u64();
  const std::uint32_t rows = in.u16();
  if (!in.ok() || rows > kSetColumns || (rows > 0 ? state.hand >= rows : state.hand != 0)) {
    return corrupt("the head");
  }
  state.rows.clear();
  state.segments.clear();
  state.free_numbers.clear();
  state.row_of_column.fill(State::kNoRow);
  state.rows.reserve(rows);
  for (std::uint32_t n = 0; n < rows; ++n) {
    const std::uint16_t column = in.u16();
    const std::uint8_t count = in.u8();
    const bool good = in.ok() && column < kSetColumns &&
                      state.row_of_column[column] == State::kNoRow &&
                      count <= state.rules.segments_per_column &&
                      state.segments.size() + count <= state.rules.max_segments;
    if (!good) return corrupt("a column");
    ColumnRow& row = state.row_of(column);
    row.count = count;
    for (std::uint32_t i = 0; i < count; ++i) {
      row.segments[i] = state.take_number();
      if (!restore_segment(state.segments[row.segments[i]], state.step, in)) {
        return corrupt("a segment");
      }
    }
  }
  return {};
}

}  // namespace cortado::htm
