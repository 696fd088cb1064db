// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/temporal_memory.h"

#include <algorithm>

#include "memory_state.h"

namespace cortado::htm {
namespace {

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("temporal memory: ") + text);
}

void save_cells(const std::vector<std::uint32_t>& cells, base::ByteWriter& out) {
  out.varint(cells.size());
  for (const auto cell : cells) out.u16(static_cast<CellIndex>(cell));
}

bool restore_cells(base::ByteReader& in, std::uint32_t limit, std::vector<std::uint32_t>& cells) {
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > limit) return false;
  cells.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint32_t cell = in.u16();
    if (!in.ok() || cell >= limit || (!cells.empty() && cells.back() >= cell)) return false;
    cells.push_back(cell);
  }
  return true;
}

void save_segment(const Segment& segment, const SynapseArena& arena, MemoryPermanence low,
                  base::ByteWriter& out) {
  out.u8(segment.cell);
  out.u8(segment.count);
  out.varint(segment.last_used);
  const CellIndex* const cells = arena.cells(segment.slot);
  const MemoryPermanence* const permanences = arena.permanences(segment.slot);
  for (std::uint32_t i = 0; i < segment.count; ++i) out.u16(cells[i]);
  for (std::uint32_t i = 0; i < segment.count; ++i) {
    out.u8(static_cast<MemoryPermanence>(permanences[i] - low));
  }
}

bool restore_segment(base::ByteReader& in, std::uint32_t steps, const MemoryUnits& units,
                     SynapseArena& arena, Segment& segment) {
  segment.cell = in.u8();
  segment.count = in.u8();
  const std::uint64_t last_used = in.varint();
  if (!in.ok() || segment.cell >= units.cells_per_column || segment.count == 0 ||
      segment.count > units.max_synapses_per_segment || last_used > steps) {
    return false;
  }
  segment.last_used = static_cast<std::uint32_t>(last_used);
  arena.allocate(segment, segment.count);
  bool good = true;
  CellIndex* const cells = arena.cells(segment.slot);
  for (std::uint32_t i = 0; i < segment.count; ++i) {
    cells[i] = in.u16();
    good = good && cells[i] < units.cells;
  }
  MemoryPermanence* const permanences = arena.permanences(segment.slot);
  for (std::uint32_t i = 0; i < segment.count; ++i) {
    const std::uint32_t hundredths = in.u8();
    good = good && hundredths >= 1 && hundredths <= 100;
    permanences[i] = static_cast<MemoryPermanence>(units.rules.low + hundredths);
  }
  if (good) arena.pad(segment);
  return good && in.ok();
}

}  // namespace

base::Result<TemporalMemory> TemporalMemory::create(const TemporalMemoryConfig& config) {
  CORTADO_ASSIGN(const auto units, to_units(config));
  return TemporalMemory(std::make_unique<State>(config, units));
}

TemporalMemory::TemporalMemory(std::unique_ptr<State> state) : state_(std::move(state)) {}
TemporalMemory::~TemporalMemory() = default;
TemporalMemory::TemporalMemory(TemporalMemory&&) noexcept = default;
TemporalMemory& TemporalMemory::operator=(TemporalMemory&&) noexcept = default;

std::uint32_t TemporalMemory::compute(std::span<const std::uint32_t> active_columns, bool learn) {
  return state_->step(active_columns, learn);
}

std::span<const std::uint32_t> TemporalMemory::active_cells() const { return state_->active_cells; }
std::span<const std::uint32_t> TemporalMemory::winner_cells() const { return state_->winner_cells; }
MemoryCounts TemporalMemory::counts() const { return state_->counts; }

std::vector<std::uint32_t> TemporalMemory::predictive_cells() const {
  const auto& units = state_->units;
  MemoryWorkspace work;
  work.flags.assign(units.cells, 0);
  for (const auto cell : state_->active_cells) work.flags[cell] = 1;
  std::vector<std::uint32_t> predictive;
  for (std::uint32_t column = 0; column < units.columns; ++column) {
    for (const auto& segment : state_->columns[column]) {
      if (!state_->is_active(segment, work)) continue;
      predictive.push_back(column * units.cells_per_column + segment.cell);
    }
  }
  std::sort(predictive.begin(), predictive.end());
  predictive.erase(std::unique(predictive.begin(), predictive.end()), predictive.end());
  return predictive;
}

std::size_t TemporalMemory::bytes() const {
  std::size_t total = sizeof(State) + state_->arena.bytes() +
                      state_->columns.capacity() * sizeof(state_->columns[0]);
  for (const auto& segments : state_->columns) total += segments.capacity() * sizeof(Segment);
  return total + 4 * (state_->active_cells.capacity() + state_->winner_cells.capacity());
}

void TemporalMemory::save(base::ByteWriter& out) const {
  out.u32(state_->steps);
  out.u64(state_->draws.state());
  save_cells(state_->active_cells, out);
  save_cells(state_->winner_cells, out);
  for (const auto& segments : state_->columns) {
    out.varint(segments.size());
    for (const auto& segment : segments) {
      save_segment(segment, state_->arena, state_->units.rules.low, out);
    }
  }
}

base::Result<TemporalMemory> TemporalMemory::restore(const TemporalMemoryConfig& config,
                                                     base::ByteReader& in) {
  CORTADO_ASSIGN(auto memory, create(config));
  State& state = *memory.state_;
  const auto& units = state.units;
  state.steps = in.u32();
  state.draws = Draws(in.u64());
  if (!restore_cells(in, units.cells, state.active_cells) ||
      !restore_cells(in, units.cells, state.winner_cells)) {
    return corrupt("active or winner cells");
  }
  for (auto& segments : state.columns) {
    const std::uint64_t count = in.varint();
    if (!in.ok() || count > units.cells_per_column * units.max_segments_per_cell) {
      return corrupt("a number of segments");
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      Segment segment{};
      if (!restore_segment(in, state.steps, units, state.arena, segment)) {
        return corrupt("a segment");
      }
      segments.push_back(segment);
      ++state.counts.segments;
      state.counts.synapses += segment.count;
    }
  }
  return memory;
}

}  // namespace cortado::htm
