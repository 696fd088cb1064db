// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "cortado/base/bytes.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/column_set.h"

namespace cortado::htm {

/// Synapses that a segment has room for.
inline constexpr std::uint32_t kSegmentSynapses = 16;

/// Permanences are multiples of .004, each kept in a byte.
struct TransitionMemoryConfig {
  std::int64_t segments_per_column = 8;
  std::int64_t max_segments = 16'384;      ///< of all columns
  std::int64_t activation_threshold = 10;  ///< active connected synapses of an active segment
  std::int64_t min_threshold = 7;          ///< active synapses of a segment that may learn
  double initial_permanence = 0.24;
  double connected_permanence = 0.2;
  double permanence_increment = 0.04;
  double permanence_decrement = 0.008;
};

/// Describe the keys under `prefix`.
base::Options describe(TransitionMemoryConfig& config, const std::string& prefix);

/// How much of an input was expected.
struct TransitionOutput {
  std::uint32_t active;     ///< columns
  std::uint32_t predicted;  ///< of them

  /// The raw anomaly score, 0 to 1; 0 without active columns.
  double anomaly() const {
    return active == 0 ? 0.0 : static_cast<double>(active - predicted) / active;
  }
};

/// A temporal memory of depth 1: one cell a column, so that a prediction depends on the input
/// before and on nothing earlier. Learns which columns follow which. One thread at a time.
///
/// What a step does to each active column, in ascending order:
/// - all its segments with at least `activation_threshold` active connected synapses learn, and the
///   column was predicted; else the one with the most active synapses (the older one among equals)
///   learns, if these are at least `min_threshold`; else a new segment is made.
/// - A learning segment raises the permanences of active synapses, lowers the others', and puts new
///   synapses where one has fallen to 0.
/// - New synapses lead to the previous columns that the segment lacks: in ascending order, as a
///   ring, from a place that is drawn for each column and step.
/// - A full column gives up the segment that has not learned for longest (the older one among
///   equals). When the memory is full, the next eight columns that have segments, from where the
///   last search ended and in the order in which columns first learned, are searched for it.
///   New segments are made after all others have learned.
///
/// **Source:** Numenta, "Biological and Machine Intelligence", chapter "Temporal Memory Algorithm",
/// reduced to one cell a column.
class TransitionMemory {
 public:
  /// **Errors:** kInvalidConfig: a size, threshold or permanence out of range.
  static base::Status validate(const TransitionMemoryConfig& config);
  /// Precondition: the configuration is valid.
  TransitionMemory(const TransitionMemoryConfig& config, std::uint64_t seed);
  ~TransitionMemory();
  TransitionMemory(TransitionMemory&&) noexcept;
  TransitionMemory& operator=(TransitionMemory&&) noexcept;

  /// Take the next input, learn it, and return how much of it was expected; `burst`, if there is
  /// one, becomes what was not.
  TransitionOutput compute(const ColumnSet& active, ColumnSet* burst = nullptr);

  /// Return the last input.
  const ColumnSet& active() const;
  std::uint64_t segments() const;
  /// Return the bytes held.
  std::size_t bytes() const;

  /// Append the state; restore() continues bit for bit.
  void save(base::ByteWriter& out) const;
  /// Replace the state. **Errors:** kCorrupt; the memory may then only be destroyed.
  base::Status restore(base::ByteReader& in);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cortado::htm
