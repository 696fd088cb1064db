// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "synapse_arena.h"

#include <algorithm>

namespace cortado::htm {
namespace {

constexpr MemoryPermanence kAlive = 255;  // above every permanence: padding takes long to look dead

}  // namespace

std::uint32_t SynapseArena::take(std::uint32_t blocks) {
  if (!free_[blocks].empty()) {
    const std::uint32_t slot = free_[blocks].back();
    free_[blocks].pop_back();
    return slot;
  }
  const std::uint32_t slots = blocks * kSlotsPerBlock;
  if (next_slot_ + slots > end_slot_) {
    const std::uint32_t rest = (end_slot_ - next_slot_) / kSlotsPerBlock;
    if (rest > 0) free_[rest].push_back(next_slot_);
    next_slot_ = static_cast<std::uint32_t>(chunks_.size()) * kSlotsPerChunk;
    end_slot_ = next_slot_ + kSlotsPerChunk;
    chunks_.push_back(std::make_unique_for_overwrite<Chunk>());
  }
  const std::uint32_t slot = next_slot_;
  next_slot_ += slots;
  return slot;
}

void SynapseArena::allocate(Segment& segment, std::uint32_t count) {
  const std::uint32_t blocks = (count + kSlotsPerBlock - 1) / kSlotsPerBlock;
  segment.blocks = static_cast<std::uint8_t>(blocks);
  segment.slot = take(blocks);
}

void SynapseArena::release(const Segment& segment) {
  free_[segment.blocks].push_back(segment.slot);
}

void SynapseArena::append(Segment& segment, std::span<const CellIndex> added,
                          MemoryPermanence permanence) {
  const auto total = static_cast<std::uint32_t>(segment.count + added.size());
  if (total > segment.blocks * kSlotsPerBlock) {
    const Segment old = segment;
    allocate(segment, total);
    if (old.blocks > 0) {
      std::copy_n(cells(old.slot), old.count, cells(segment.slot));
      std::copy_n(permanences(old.slot), old.count, permanences(segment.slot));
      release(old);
    }
  }
  std::copy(added.begin(), added.end(), cells(segment.slot) + segment.count);
  std::fill_n(permanences(segment.slot) + segment.count, added.size(), permanence);
  segment.count = static_cast<std::uint8_t>(total);
  pad(segment);
}

std::uint32_t SynapseArena::drop_dead(Segment& segment) {
  CellIndex* const cell = cells(segment.slot);
  MemoryPermanence* const permanence = permanences(segment.slot);
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < segment.count; ++i) {
    cell[kept] = cell[i];
    permanence[kept] = permanence[i];
    kept += permanence[i] > dead_ ? 1 : 0;
  }
  const std::uint32_t dropped = segment.count - kept;
  segment.count = static_cast<std::uint8_t>(kept);
  if (kept > 0) pad(segment);
  return dropped;
}

void SynapseArena::drop_weakest(Segment& segment, std::uint32_t count) {
  CellIndex* const cell = cells(segment.slot);
  MemoryPermanence* const permanence = permanences(segment.slot);
  for (; count > 0; --count) {
    std::uint32_t weakest = 0;
    for (std::uint32_t i = 1; i < segment.count; ++i) {
      const bool lower = permanence[i] < permanence[weakest] ||
                         (permanence[i] == permanence[weakest] && cell[i] < cell[weakest]);
      if (lower) weakest = i;
    }
    --segment.count;
    cell[weakest] = cell[segment.count];
    permanence[weakest] = permanence[segment.count];
  }
}

void SynapseArena::pad(const Segment& segment) {
  CellIndex* const cell = cells(segment.slot);
  MemoryPermanence* const permanence = permanences(segment.slot);
  for (std::uint32_t i = segment.count; i % kSynapsePadding != 0; ++i) {
    cell[i] = cell[0];
    permanence[i] = kAlive;
  }
}

}  // namespace cortado::htm
