// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synapse_arena.h"

namespace cortado::htm {

/// Finds the segment of a memory that has not learned for longest: the one of the lower column,
/// the older one of a column among equals. Every segment is looked at only once in many calls: the
/// longest unused are noted in order, and a segment that learned since is skipped. That is exact,
/// because whatever was not noted, or learned since, has learned later than all that was noted.
template <typename P>
class StalestSegments {
 public:
  /// Return the stalest segment's place; it must be removed. Precondition: there is a segment.
  SegmentPlace take(const SynapseArena<P>& arena);
  std::size_t bytes() const { return noted_.capacity() * sizeof(Note); }

 private:
  struct Note {
    std::uint32_t last_used;
    std::uint32_t column;
    auto operator<=>(const Note&) const = default;
  };
  static constexpr std::size_t kNotes = 64;

 public:
  static constexpr std::size_t kMaxBytes = kNotes * sizeof(Note);

 private:
  static std::optional<SegmentPlace> find(const SynapseArena<P>& arena, const Note& note);
  void look_at_all(const SynapseArena<P>& arena);

  std::vector<Note> noted_;  ///< the next one to take is the last
};

extern template class StalestSegments<std::uint8_t>;
extern template class StalestSegments<std::uint16_t>;

}  // namespace cortado::htm
