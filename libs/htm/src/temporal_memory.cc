// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/temporal_memory.h"

#include "memory_core.h"

namespace cortado::htm {

base::Result<TemporalMemory> TemporalMemory::create(const TemporalMemoryConfig& config) {
  CORTADO_ASSIGN(const auto units, to_units(config));
  return TemporalMemory(make_core(units));
}

TemporalMemory::TemporalMemory(std::unique_ptr<MemoryCore> core) : core_(std::move(core)) {}
TemporalMemory::~TemporalMemory() = default;
TemporalMemory::TemporalMemory(TemporalMemory&&) noexcept = default;
TemporalMemory& TemporalMemory::operator=(TemporalMemory&&) noexcept = default;

std::uint32_t TemporalMemory::compute(std::span<const std::uint32_t> active_columns, bool learn) {
  return core_->compute(active_columns, learn);
}

std::span<const std::uint32_t> TemporalMemory::active_cells() const {
  return core_->active_cells();
}
std::span<const std::uint32_t> TemporalMemory::winner_cells() const {
  return core_->winner_cells();
}
std::vector<std::uint32_t> TemporalMemory::predictive_cells() const {
  return core_->predictive_cells();
}
MemoryCounts TemporalMemory::counts() const { return core_->counts(); }
std::vector<std::uint32_t> TemporalMemory::burst_columns() const { return core_->burst_columns(); }

std::size_t TemporalMemory::bytes() const { return core_->bytes(); }

base::Result<std::size_t> TemporalMemory::max_bytes(const TemporalMemoryConfig& config) {
  CORTADO_ASSIGN(const auto units, to_units(config));
  return max_core_bytes(units);
}

void TemporalMemory::save(base::ByteWriter& out) const { core_->save(out); }

base::Result<TemporalMemory> TemporalMemory::restore(const TemporalMemoryConfig& config,
                                                     base::ByteReader& in) {
  CORTADO_ASSIGN(auto memory, create(config));
  CORTADO_TRY(memory.core_->restore(in));
  return memory;
}

}  // namespace cortado::htm
