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
constexpr std::size_t kAllocatorBytes = 64;  // what an aligned allocation costs beside its size

template <typename T>
void move_items(T* to, const T* from, std::size_t count) {
  if (count > 0) std::memmove(to, from, count * sizeof(T));
}

}  // namespace

template <typename P>
std::size_t SynapseArena<P>::front_bytes(const Header& header) {
  return sizeof(Header) + header.segments * sizeof(SegmentHead) +
         header.synapses * sizeof(CellIndex);
}

template <typename P>
std::uint32_t SynapseArena<P>::lines_for(std::uint64_t segments, std::uint64_t synapses) {
  const std::uint64_t bytes =
      sizeof(Header) + segments * sizeof(SegmentHead) + synapses * (sizeof(CellIndex) + sizeof(P));
  return static_cast<std::uint32_t>((bytes + sizeof(Line) - 1) / sizeof(Line));
}

template <typename P>
SegmentPlace SynapseArena<P>::add_segment(std::uint32_t column, std::uint32_t step,
                                          std::uint32_t cell) {
  const ColumnView<P> old = view(column);
  Header& header = reserve(column, old.segments + 1, old.synapses);
  const ColumnView<P> view = view_of(header);
  auto* const head = reinterpret_cast<SegmentHead*>(view.cells);
  move_items(reinterpret_cast<CellIndex*>(head + 1), view.cells, view.synapses);
  *head = {0, 0, static_cast<std::uint8_t>(cell), 0};
  set_last_used(*head, step);
  ++header.segments;
  return {column, view.segments, view.synapses};
}

template <typename P>
void SynapseArena<P>::remove_segment(const SegmentPlace& place) {
  close(place, place.first, view(place.column).heads[place.index].count);
  const ColumnView<P> view = this->view(place.column);
  SegmentHead* const head = view.heads + place.index;
  move_items(reinterpret_cast<std::byte*>(head), reinterpret_cast<std::byte*>(head + 1),
             static_cast<std::size_t>(reinterpret_cast<std::byte*>(view.cells + view.synapses) -
                                      reinterpret_cast<std::byte*>(head + 1)));
  if (--block(place.column).segments == 0) blocks_[place.column] = 0;
}

template <typename P>
void SynapseArena<P>::insert(const SegmentPlace& place, std::span<const CellIndex> added,
                             P permanence) {
  std::uint32_t from = view(place.column).heads[place.index].count;
  auto left = static_cast<std::uint32_t>(added.size());
  open(place, place.first + from, left);
  const ColumnView<P> view = this->view(place.column);
  CellIndex* const cells = view.cells + place.first;
  P* const permanences = view.permanences + place.first;
  for (std::uint32_t to = from + left; left > 0;) {  // merge from the back
    --to;
    if (from > 0 && cells[from - 1] > added[left - 1]) {
      --from;
      cells[to] = cells[from];
      permanences[to] = permanences[from];
    } else {
      --left;
      cells[to] = added[left];
      permanences[to] = permanence;
    }
  }
}

template <typename P>
std::uint32_t SynapseArena<P>::drop_dead(const SegmentPlace& place, P dead) {
  const ColumnView<P> view = this->view(place.column);
  CellIndex* const cells = view.cells + place.first;
  P* const permanences = view.permanences + place.first;
  const std::uint32_t count = view.heads[place.index].count;
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    cells[kept] = cells[i];
    permanences[kept] = permanences[i];
    kept += permanences[i] > dead ? 1 : 0;
  }
  close(place, place.first + kept, count - kept);
  return count - kept;
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

/// Make room for synapses in front of the one at `at`.
template <typename P>
void SynapseArena<P>::open(const SegmentPlace& place, std::uint32_t at, std::uint32_t count) {
  const ColumnView<P> old = view(place.column);
  Header& header = reserve(place.column, old.segments, old.synapses + count);
  const ColumnView<P> view = view_of(header);
  move_items(view.cells + at + count, view.cells + at, view.synapses - at);
  move_items(view.permanences - count, view.permanences, at);
  header.synapses += count;
  view.heads[place.index].count = static_cast<std::uint8_t>(view.heads[place.index].count + count);
}

/// Take synapses out from the one at `at` on.
template <typename P>
void SynapseArena<P>::close(const SegmentPlace& place, std::uint32_t at, std::uint32_t count) {
  const ColumnView<P> view = this->view(place.column);
  move_items(view.cells + at, view.cells + at + count, view.synapses - at - count);
  move_items(view.permanences + count, view.permanences, at);
  block(place.column).synapses -= count;
  view.heads[place.index].count = static_cast<std::uint8_t>(view.heads[place.index].count - count);
}

template <typename P>
ColumnView<P> SynapseArena<P>::allocate(std::uint32_t column, std::uint32_t segments,
                                        std::uint32_t synapses) {
  Header& header = reserve(column, segments, synapses);
  header.segments = static_cast<std::uint16_t>(segments);
  header.synapses = synapses;
  return view_of(header);
}

template <typename P>
typename SynapseArena<P>::Header& SynapseArena<P>::reserve(std::uint32_t column,
                                                           std::uint32_t segments,
                                                           std::uint32_t synapses) {
  const std::uint32_t lines = lines_for(segments, synapses);
  if (!empty(column) && block(column).lines >= lines) return block(column);
  if (end_ + lines > capacity_) make_room(lines);
  Header& moved = header(end_);
  if (empty(column)) {
    moved = {lines, 0, static_cast<std::uint16_t>(column), 0};
  } else {
    Header& old = block(column);
    copy_block(old, moved, lines);
    old.segments = 0;
  }
  blocks_[column] = end_ + 1;
  end_ += lines;
  return moved;
}

/// Copy a block into one of that many lines in front of it, or apart from it.
template <typename P>
void SynapseArena<P>::copy_block(const Header& from, Header& to, std::uint32_t lines) {
  const Header header = from;
  const std::size_t front = front_bytes(header);
  const std::size_t back = header.synapses * sizeof(P);
  const auto* const source = reinterpret_cast<const std::byte*>(&from);
  auto* const target = reinterpret_cast<std::byte*>(&to);
  move_items(target, source, front);
  move_items(target + lines * sizeof(Line) - back, source + header.lines * sizeof(Line) - back,
             back);
  to.lines = lines;
}

template <typename P>
void SynapseArena<P>::make_room(std::uint32_t lines) {
  std::uint32_t needed = lines;
  for (std::uint32_t at = 0; at < end_; at += header(at).lines) {
    const Header& one = header(at);
    if (one.segments > 0) needed += lines_for(one.segments, one.synapses);
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

/// Put all blocks, as small as they can be, one behind the other.
template <typename P>
void SynapseArena<P>::move_blocks(Line* to) {
  const std::uint32_t end = std::exchange(end_, 0);
  for (std::uint32_t at = 0; at < end;) {
    const Header from = header(at);
    if (from.segments > 0) {
      const std::uint32_t lines = lines_for(from.segments, from.synapses);
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
  // Each block has a header and an unfinished line; a block that moves exists twice.
  const std::uint64_t blocks = std::min(columns, segments) + 1;
  const std::uint64_t lines =
      2 * blocks + (bytes_of(segments) + bytes_of(column_segments)) / sizeof(Line);
  return (lines + lines / kSlack + kSpareLines + kTailLines) * sizeof(Line) +
         columns * sizeof(blocks_[0]) + 2 * kAllocatorBytes;
}

template class SynapseArena<std::uint8_t>;
template class SynapseArena<std::uint16_t>;

}  // namespace cortado::htm
