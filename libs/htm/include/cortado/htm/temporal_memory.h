// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::htm {

class MemoryCore;

/// Permanences are exact multiples of .001; while all five are multiples of .01, each synapse
/// takes three bytes, otherwise four.
struct TemporalMemoryConfig {
  std::int64_t columns = 2048;
  std::int64_t cells_per_column = 4;
  std::int64_t max_new_synapses = 20;  ///< a learning segment is filled up to this many active ones
  double initial_permanence = 0.21;
  double connected_permanence = 0.5;
  double permanence_increment = 0.1;
  double permanence_decrement = 0.1;
  double predicted_segment_decrement = 0;  ///< punishes segments that predicted wrongly
  std::int64_t min_threshold = 9;          ///< active synapses of a matching segment
  std::int64_t activation_threshold = 12;  ///< active connected synapses of an active segment
  std::int64_t max_segments_per_cell = 255;
  std::int64_t max_segments = 0;  ///< of all cells; 0 = no limit
  std::int64_t max_synapses_per_segment = 255;
  std::int64_t seed = 42;
};

/// Describe the keys under `prefix`.
base::Options describe(TemporalMemoryConfig& config, const std::string& prefix);

struct MemoryCounts {
  std::uint64_t segments = 0;
  std::uint64_t synapses = 0;
};

/// A temporal memory: learns which cells follow which, and says how many of the active columns it
/// expected. One thread at a time.
///
/// What the pseudo-code leaves open, fixed here and in the textbook version of the tests:
/// - A synapse of permanence 0 is gone, and so is a segment without synapses.
/// - Segments of a column are ordered by creation. The best matching segment is the first with the
/// most
///   active synapses.
/// - The winner of an unmatched bursting column has the fewest segments; among equals a draw
/// decides.
/// - Synapses grow to previous winner cells that the segment lacks: all of them if they are not
/// more
///   than wanted, otherwise drawn one by one without replacement.
/// - A full cell gives up the segment that has not learned for longest (the older one among
/// equals), a
///   full segment its weakest synapses (to the lower cell among equals).
/// - A full memory (max_segments) gives up the segment that has not learned for longest (that of
/// the
///   lower column, the older one of a column among equals), when a cell that is not full gets one.
/// - Draws come from one SplitMix64 sequence, columns in ascending order.
///
/// **Source:** Numenta, "Biological and Machine Intelligence", chapter "Temporal Memory Algorithm".
class TemporalMemory {
 public:
  /// **Errors:** kInvalidConfig: a size, threshold or permanence out of range.
  static base::Result<TemporalMemory> create(const TemporalMemoryConfig& config);
  ~TemporalMemory();
  TemporalMemory(TemporalMemory&&) noexcept;
  TemporalMemory& operator=(TemporalMemory&&) noexcept;

  /// Take the next input and return how many of its columns were predicted. Precondition: columns
  /// ascending, each below config.columns.
  std::uint32_t compute(std::span<const std::uint32_t> active_columns, bool learn);

  /// Return the cells of the last step, ascending; valid until the next call.
  std::span<const std::uint32_t> active_cells() const;
  std::span<const std::uint32_t> winner_cells() const;
  /// Return the columns of the last step that nothing had predicted, ascending. Precondition: a
  /// column has more than one cell.
  std::vector<std::uint32_t> burst_columns() const;
  /// Return the cells that expect to be active next, ascending: looks at every segment.
  std::vector<std::uint32_t> predictive_cells() const;

  MemoryCounts counts() const;
  /// Return the bytes held, with what is allocated in advance.
  std::size_t bytes() const;
  /// Return what bytes() never exceeds: mostly segments times synapses a segment, so that
  /// max_segments makes it small. **Errors:** those of create().
  static base::Result<std::size_t> max_bytes(const TemporalMemoryConfig& config);

  /// Append the state; restore() continues bit for bit.
  void save(base::ByteWriter& out) const;
  /// **Errors:** kCorrupt; those of create().
  static base::Result<TemporalMemory> restore(const TemporalMemoryConfig& config,
                                              base::ByteReader& in);

 private:
  explicit TemporalMemory(std::unique_ptr<MemoryCore> core);
  std::unique_ptr<MemoryCore> core_;
};

}  // namespace cortado::htm
