// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "memory_kernels.h"

namespace cortado::htm {

/// A segment without its synapses, which lie in the arena.
struct Segment {
  std::uint32_t slot;       ///< where its synapses begin
  std::uint32_t last_used;  ///< the step in which it last learned
  std::uint8_t cell;        ///< within its column
  std::uint8_t count;       ///< synapses
  std::uint8_t blocks;      ///< room, in blocks of kSlotsPerBlock
};

/// Memory for the synapses of many segments, in chunks that never move and blocks of a few sizes.
/// Where a segment lies never shows in a result.
class SynapseArena {
 public:
  static constexpr std::uint32_t kSlotsPerBlock = kSynapsePadding;

  /// Permanences of `dead` or below are no synapses.
  explicit SynapseArena(MemoryPermanence dead) : dead_(dead) {}

  CellIndex* cells(std::uint32_t slot) { return chunk(slot).cells.data() + slot % kSlotsPerChunk; }
  const CellIndex* cells(std::uint32_t slot) const {
    return chunks_[slot / kSlotsPerChunk]->cells.data() + slot % kSlotsPerChunk;
  }
  MemoryPermanence* permanences(std::uint32_t slot) {
    return chunk(slot).permanences.data() + slot % kSlotsPerChunk;
  }
  const MemoryPermanence* permanences(std::uint32_t slot) const {
    return chunks_[slot / kSlotsPerChunk]->permanences.data() + slot % kSlotsPerChunk;
  }

  /// Give a segment without room space for `count` synapses.
  void allocate(Segment& segment, std::uint32_t count);
  void release(const Segment& segment);
  /// Add synapses, moving the segment if it lacks room. Precondition: at most 255 in the end.
  void append(Segment& segment, std::span<const CellIndex> cells, MemoryPermanence permanence);
  /// Drop the dead synapses; return how many.
  std::uint32_t drop_dead(Segment& segment);
  /// Drop the weakest synapses, those to lower cells among equals. Precondition: count <= its
  /// synapses.
  void drop_weakest(Segment& segment, std::uint32_t count);
  /// Fill the padding behind a segment's synapses.
  void pad(const Segment& segment);
  std::size_t bytes() const { return chunks_.size() * sizeof(Chunk); }

 private:
  static constexpr std::uint32_t kSlotsPerChunk = 4096;
  static constexpr std::uint32_t kSizes = 16;

  struct Chunk {
    alignas(64) std::array<CellIndex, kSlotsPerChunk> cells;
    alignas(64) std::array<MemoryPermanence, kSlotsPerChunk> permanences;
  };

  Chunk& chunk(std::uint32_t slot) { return *chunks_[slot / kSlotsPerChunk]; }
  std::uint32_t take(std::uint32_t blocks);

  MemoryPermanence dead_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint32_t next_slot_ = 0;
  std::uint32_t end_slot_ = 0;
  std::array<std::vector<std::uint32_t>, kSizes + 1> free_;  ///< by number of blocks
};

}  // namespace cortado::htm
