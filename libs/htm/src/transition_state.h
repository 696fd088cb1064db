// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <vector>

#include "cortado/htm/transition_memory.h"
#include "transition_kernels.h"

namespace cortado::htm {

inline constexpr std::uint32_t kMaxColumnSegments = 8;
inline constexpr std::uint8_t kHighestPermanence = 250;
inline constexpr std::uint32_t kMaxSegments = 65'535;

/// The configuration in the units that are computed with.
struct TransitionRules {
  explicit TransitionRules(const TransitionMemoryConfig& config);

  std::uint32_t segments_per_column;
  std::uint32_t max_segments;
  std::uint32_t activation_threshold;
  std::uint32_t min_threshold;
  std::uint8_t initial;
  std::uint8_t connected;
  std::uint8_t increment;
  std::uint8_t decrement;
};

/// A column that has learned: the numbers of its segments, the oldest first.
struct ColumnRow {
  std::array<std::uint16_t, kMaxColumnSegments> segments;
  std::uint16_t column;
  std::uint16_t count;
};

struct TransitionMemory::State {
  State(const TransitionMemoryConfig& config, std::uint64_t seed_in)
      : rules(config), seed(seed_in) {
    row_of_column.fill(kNoRow);
  }

  static constexpr std::uint16_t kNoRow = 0xffff;

  TransitionOutput compute(const ColumnSet& active, ColumnSet* burst);
  ColumnRow& row_of(std::uint32_t column);
  std::uint16_t take_number();

  TransitionRules rules;
  std::uint64_t seed;
  std::uint32_t step = 0;
  std::uint32_t hand = 0;  ///< the row where the next search of a full memory begins
  ColumnSet previous;
  std::array<std::uint16_t, kSetColumns> row_of_column;
  std::vector<ColumnRow> rows;  ///< in the order in which columns first learned
  std::vector<TransitionSegment> segments;
  std::vector<std::uint16_t> free_numbers;  ///< of segments given up

 private:
  struct Step;
  /// How a column met its input: not at all, by a segment that may learn it, as predicted.
  enum class Match { kNone, kSimilar, kPredicted };

  void find_active(Step& work) const;
  Match learn(const ColumnRow& row, const SegmentMatch* matches, const Step& work);
  void adapt(TransitionSegment& segment, std::uint16_t active, std::uint32_t column,
             const Step& work);
  std::uint32_t draw_place(std::uint32_t column, const Step& work) const;
  void grow(TransitionSegment& segment, std::uint32_t column, const Step& work) const;
  void make_segment(std::uint32_t column, const Step& work);
  void give_up_oldest(ColumnRow& row);
  void search_oldest();
  void remove(ColumnRow& row, std::uint32_t place);
};

}  // namespace cortado::htm
