// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cortado/htm/transition_memory.h"

namespace cortado::htm::testing {

/// The transition memory as its header tells it, slow and plain: no row table, no kernels, no
/// bytes' worth of permanences.
class TextbookTransitionMemory {
 public:
  TextbookTransitionMemory(const TransitionMemoryConfig& config, std::uint64_t seed)
      : config_(config), seed_(seed) {}

  TransitionOutput compute(const ColumnSet& active);
  /// The bytes that TransitionMemory::save() must write.
  std::string save() const;

 private:
  struct Synapse {
    int column = 0;
    int thousandths = 0;  ///< its permanence; 0 = a free place
  };
  struct Segment {
    std::vector<Synapse> places;
    std::int64_t last_used = 0;
  };
  struct Column {
    int number;
    std::vector<Segment> segments;
  };

  int count(const Segment& segment, int least) const;
  void adapt(Segment& segment, int column);
  void grow(Segment& segment, int column);
  void make(int column);
  void forget_one();
  Column& column_of(int number);

  TransitionMemoryConfig config_;
  std::uint64_t seed_;
  std::int64_t step_ = 0;
  std::size_t hand_ = 0;
  std::vector<int> previous_;
  std::vector<Column> columns_;  ///< in the order in which they first learned
};

}  // namespace cortado::htm::testing
