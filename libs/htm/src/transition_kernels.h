// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cortado::htm {

/// A segment of a TransitionMemory. A synapse of permanence 0 is none: its place is free.
struct TransitionSegment {
  std::uint16_t columns[16];
  std::uint8_t permanences[16];  ///< in units of .004
  std::uint32_t last_used;       ///< the step in which it last learned
};

/// What a segment has in common with the input before.
struct SegmentMatch {
  std::uint16_t active;          ///< which synapses are active, a bit each
  std::uint8_t active_count;     ///< how many
  std::uint8_t connected_count;  ///< how many of them are connected
};

/// One compilation of the memory's loops.
struct TransitionKernels {
  /// Look at the segments of these numbers. `previous` holds 2048 bits.
  void (*find_active)(const TransitionSegment* segments, const std::uint16_t* numbers,
                      std::uint32_t count, const std::uint64_t* previous, std::uint8_t connected,
                      SegmentMatch* matches);
  /// Raise the permanences of the active synapses, up to 250, and lower the others, down to 0.
  void (*adapt)(TransitionSegment& segment, std::uint16_t active, std::uint8_t increment,
                std::uint8_t decrement);
};

namespace plain {
extern const TransitionKernels kTransitionKernels;
}
namespace avx2 {
extern const TransitionKernels kTransitionKernels;
}
namespace avx512 {
extern const TransitionKernels kTransitionKernels;
}

}  // namespace cortado::htm
