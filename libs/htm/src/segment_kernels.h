// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memory_kernels.h"

namespace cortado::htm {

/// What learning does to a segment's synapses: some have died, others are new.
template <typename P>
struct SegmentChange {
  const CellIndex* cells;  ///< ascending
  const P* permanences;
  std::uint32_t count;
  bool died;  ///< are there any of permanence `dead`? They go
  P dead;
  const CellIndex* added;  ///< ascending, none of them one of those that stay
  std::uint32_t added_count;
  P initial;  ///< permanence of those
};

/// The synapses that a change leaves, with what merge() writes behind them.
inline constexpr std::uint32_t kMergedRoom = 255 + kKernelOverrun;

/// One compilation of these loops.
struct SegmentKernels {
  /// List the ranks below `ranks` that no flagged synapse's cell has, ascending; return how many.
  /// `rank_of` says each flagged cell's rank, `ranks` if it has none. kKernelOverrun bytes more
  /// than the list may be written.
  std::uint32_t (*find_free)(const CellIndex* cells, const std::uint8_t* flags, std::uint32_t count,
                             const std::uint16_t* rank_of, std::uint32_t ranks,
                             std::uint16_t* free);
  /// Write the synapses that a change leaves, kMergedRoom at most; return how many.
  /// Precondition: at most 255.
  std::uint32_t (*merge_narrow)(const SegmentChange<std::uint8_t>& change, CellIndex* cells,
                                std::uint8_t* permanences);
  std::uint32_t (*merge_wide)(const SegmentChange<std::uint16_t>& change, CellIndex* cells,
                              std::uint16_t* permanences);
};

namespace plain {
extern const SegmentKernels kSegmentKernels;
}
namespace avx2 {
extern const SegmentKernels kSegmentKernels;
}
namespace avx512 {
extern const SegmentKernels kSegmentKernels;
}

}  // namespace cortado::htm
