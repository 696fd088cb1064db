// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "synapse_arena.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cortado::htm {
namespace {

constexpr std::uint32_t kSlack = 16;         // a piece of memory has 1/kSlack more than is needed
constexpr std::uint32_t kSpareLines = 16;    // and these
constexpr std::uint32_t kBlockSlack = 1;     // a block has so many lines more than are needed
constexpr std::size_t kAllocatorBytes = 64;  // what an aligned allocation costs beside its size

template <typename T>
void move_items(T* to, const T* from, std::size_t count) {
  if (count > 0) std::memmove(to, from, count * sizeof(T));
}

}  // namespace

template <typename P>
std::uint32_t SynapseArena<P>::fewest_lines(std::uint64_t segments, std::uint64_t synapses) {
  const std::uint64_t bytes =
      sizeof(Header) + segments * sizeof(SegmentHead) + synapses * (sizeof(CellIndex) + sizeof(P));
  return static_cast<std::uint32_t>((bytes + sizeof(Line) - 1) / sizeof(Line));
}

template <typename P>
std::uint32_t SynapseArena<P>::lines_for(std::uint64_t segments, std::uint64_t synapses) {
  return fewest_lines(segments, synapses) + kBlockSlack;
}

template <typename P>
std::uint32_t SynapseArena<P>::room_of(std::uint32_t lines, std::uint32_t segments) {
  const std::size_t left = lines * sizeof(Line) - sizeof(Header) - segments * sizeof(SegmentHead);
  return static_cast<std::uint32_t>(left / (sizeof(CellIndex) + sizeof(P)));
}

/// What a block keeps when blocks slide together.
template <typename P>
std::uint32_t SynapseArena<P>::lines_kept(const Header& header) {
  return std::min(header.lines, lines_for(header.segments, header.synapses));
}

template <typename P>
SegmentPlace SynapseArena<P>::add_segment(std::uint32_t column, std::uint32_t step,
                                          std::uint32_t cell) {
  const ColumnView<P> old = view(column);
  Header& header = reserve(column, old.segments + 1, old.synapses);
  const ColumnView<P> before = view_of(header);
  ++header.segments;
  header.room = room_of(header.lines, header.segments);
  const ColumnView<P> after = view_of(header);
  move_items(after.permanences, before.permanences, before.synapses);
  move_items(after.cells, before.cells, before.synapses);
  SegmentHead& head = after.heads[before.segments];
  head = {step, static_cast<std::uint8_t>(cell), 0};
  return {column, before.segments, before.synapses};
}

template <typename P>
void SynapseArena<P>::remove_segment(const SegmentPlace& place) {
  close(place, place.first, view(place.column).heads[place.index].count);
  Header& header = block(place.column);
  const ColumnView<P> before = view_of(header);
  SegmentHead* const head = before.heads + place.index;
  move_items(head, head + 1, before.segments - place.index - 1);
  --header.segments;
  header.room = room_of(header.lines, header.segments);
  const ColumnView<P> after = view_of(header);
  move_items(after.cells, before.cells, before.synapses);
  move_items(after.permanences, before.permanences, before.synapses);
  if (header.segments == 0) blocks_[place.column] = 0;
}

template <typename P>
void SynapseArena<P>::replace(const SegmentPlace& place, const CellIndex* cells,
                              const P* permanences, std::uint32_t count) {
  const ColumnView<P> old = view(place.column);
  const std::uint32_t before = old.heads[place.index].count;
  Header& header = reserve(place.column, old.segments, old.synapses - before + count);
  const ColumnView<P> view = view_of(header);
  CellIndex* const to_cells = view.cells + place.first;
  P* const to_permanences = view.permanences + place.first;
  if (count != before) {
    const std::size_t behind = view.synapses - place.first - before;
    move_items(to_cells + count, to_cells + before, behind);
    move_items(to_permanences + count, to_permanences + before, behind);
    header.synapses = header.synapses - before + count;
    view.heads[place.index].count = static_cast<std::uint8_t>(count);
  }
  move_items(to_cells, cells, count);
  move_items(to_permanences, permanences, count);
}

template <typename P>
void SynapseArena<P>::drop_weakest(const SegmentPlace& place, std::uint32_t count) {
  for (; count > 0; --count) {
    const ColumnView<P> view = this->view(place.column);
    P* const first = view.permanences + place.first;
    P* const weakest = std::min_element(first, first + view.heads[place.index].count);
    const auto at = static_cast<std::uint32_t>(weakest - view.permanences);
    close(place, at, 1);
  }
}

/// Take synapses out from the one at `at` on.
template <typename P>
void SynapseArena<P>::close(const SegmentPlace& place, std::uint32_t at, std::uint32_t count) {
  const ColumnView<P> view = this->view(place.column);
  const std::size_t behind = view.synapses - at - count;
  move_items(view.cells + at, view.cells + at + count, behind);
  move_items(view.permanences + at, view.permanences + at + count, behind);
  block(place.column).synapses -= count;
  view.heads[place.index].count = static_cast<std::uint8_t>(view.heads[place.index].count - count);
}

template <typename P>
ColumnView<P> SynapseArena<P>::allocate(std::uint32_t column, std::uint32_t segments,
                                        std::uint32_t synapses) {
  Header& header = reserve(column, segments, synapses);
  header.segments = static_cast<std::uint16_t>(segments);
  header.synapses = synapses;
  header.room = room_of(header.lines, segments);
  return view_of(header);
}

template <typename P>
typename SynapseArena<P>::Header& SynapseArena<P>::reserve(std::uint32_t column,
                                                           std::uint32_t segments,
                                                           std::uint32_t synapses) {
  if (!empty(column)) {
    Header& old = block(column);
    const bool fits = segments == old.segments ? synapses <= old.room
                                               : fewest_lines(segments, synapses) <= old.lines;
    if (fits) return old;
  }
  const std::uint32_t lines = lines_for(segments, synapses);
  if (end_ + lines > capacity_) make_room(lines);
  Header& moved = header(end_);
  if (empty(column)) {
    moved = {lines, 0, 0, static_cast<std::uint16_t>(column), 0};
  } else {
    Header& old = block(column);
    copy_block(old, moved, lines);
    old.segments = 0;
  }
  blocks_[column] = end_ + 1;
  end_ += lines;
  return moved;
}

/// Copy a block into one of that many lines in front of it, no more than it has, or apart from it.
template <typename P>
void SynapseArena<P>::copy_block(const Header& from, Header& to, std::uint32_t lines) {
  Header header = from;
  const auto* const source = reinterpret_cast<const std::byte*>(&from);
  auto* const target = reinterpret_cast<std::byte*>(&to);
  const auto permanences = [](const Header& of) {
    return sizeof(Header) + of.segments * sizeof(SegmentHead) + of.room * sizeof(CellIndex);
  };
  const std::size_t old_place = permanences(header);
  const std::size_t front = old_place - (header.room - header.synapses) * sizeof(CellIndex);
  header.lines = lines;
  header.room = room_of(lines, header.segments);
  move_items(target, source, front);
  move_items(target + permanences(header), source + old_place, header.synapses * sizeof(P));
  to = header;
}

template <typename P>
void SynapseArena<P>::make_room(std::uint32_t lines) {
  std::uint32_t needed = lines;
  for (std::uint32_t at = 0; at < end_; at += header(at).lines) {
    if (header(at).segments > 0) needed += lines_kept(header(at));
  }
  const std::uint32_t wanted = needed + needed / kSlack + kSpareLines;
  if (needed + needed / (2 * kSlack) <= capacity_) {
    move_blocks(lines_.get());
    return;
  }
  auto larger = std::make_unique_for_overwrite<Line[]>(wanted + kTailLines);
  move_blocks(larger.get());
  lines_ = std::move(larger);
  capacity_ = wanted;
}

/// Put all blocks, none with more slack than a new one, one behind the other.
template <typename P>
void SynapseArena<P>::move_blocks(Line* to) {
  const std::uint32_t end = std::exchange(end_, 0);
  for (std::uint32_t at = 0; at < end;) {
    const Header from = header(at);
    if (from.segments > 0) {
      const std::uint32_t lines = lines_kept(from);
      copy_block(header(at), *reinterpret_cast<Header*>(to + end_), lines);
      blocks_[from.column] = end_ + 1;
      end_ += lines;
    }
    at += from.lines;
  }
}

template <typename P>
std::size_t SynapseArena<P>::bytes() const {
  const std::size_t lines =
      capacity_ == 0 ? 0 : (capacity_ + kTailLines) * sizeof(Line) + kAllocatorBytes;
  return lines + blocks_.capacity() * sizeof(blocks_[0]) + kAllocatorBytes;
}

template <typename P>
std::size_t SynapseArena<P>::max_bytes(std::uint64_t columns, std::uint64_t segments,
                                       std::uint64_t column_segments,
                                       std::uint64_t synapses_per_segment) {
  const auto bytes_of = [synapses_per_segment](std::uint64_t count) {
    return count * (sizeof(SegmentHead) + synapses_per_segment * (sizeof(CellIndex) + sizeof(P)));
  };
  // Each block has a header, an unfinished line and slack; a block that moves exists twice.
  const std::uint64_t blocks = std::min(columns, segments) + 1;
  const std::uint64_t lines =
      (2 + kBlockSlack) * blocks + (bytes_of(segments) + bytes_of(column_segments)) / sizeof(Line);
  return (lines + lines / kSlack + kSpareLines + kTailLines) * sizeof(Line) +
         columns * sizeof(blocks_[0]) + 2 * kAllocatorBytes;
}

template class SynapseArena<std::uint8_t>;
template class SynapseArena<std::uint16_t>;

}  // namespace cortado::htm
