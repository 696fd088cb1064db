// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_eviction.h"

#include <algorithm>

namespace cortado::htm {

template <typename P>
SegmentPlace StalestSegments<P>::take(const SynapseArena<P>& arena) {
  while (true) {
    if (noted_.empty()) look_at_all(arena);
    const Note note = noted_.back();
    noted_.pop_back();
    if (const auto place = find(arena, note)) return *place;
  }
}

/// The oldest segment of the note's column that last learned in the note's step, if it still does.
template <typename P>
std::optional<SegmentPlace> StalestSegments<P>::find(const SynapseArena<P>& arena,
                                                     const Note& note) {
  const ColumnView<P> view = arena.view(note.column);
  SegmentPlace place{note.column, 0, 0};
  for (; place.index < view.segments; ++place.index) {
    const SegmentHead& head = view.heads[place.index];
    if (head.last_used == note.last_used) return place;
    place.first += head.count;
  }
  return std::nullopt;
}

template <typename P>
void StalestSegments<P>::look_at_all(const SynapseArena<P>& arena) {
  noted_.reserve(kNotes);
  for (std::uint32_t column = 0; column < arena.columns(); ++column) {
    const ColumnView<P> view = arena.view(column);
    for (std::uint32_t i = 0; i < view.segments; ++i) {
      const Note note{view.heads[i].last_used, column};
      if (noted_.size() == kNotes) {
        if (noted_.front() < note) continue;
        std::pop_heap(noted_.begin(), noted_.end());
        noted_.pop_back();
      }
      noted_.push_back(note);
      std::push_heap(noted_.begin(), noted_.end());
    }
  }
  std::sort(noted_.begin(), noted_.end(), std::greater<>());
}

template class StalestSegments<std::uint8_t>;
template class StalestSegments<std::uint16_t>;

}  // namespace cortado::htm
