// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "draws.h"
#include "memory_units.h"

namespace cortado::htm {

/// A temporal memory, whatever the width of its permanences.
class MemoryCore {
 public:
  explicit MemoryCore(const MemoryUnits& units) : units_(units), draws_(base::mix64(units.seed)) {}
  virtual ~MemoryCore() = default;

  virtual std::uint32_t compute(std::span<const std::uint32_t> active_columns, bool learn) = 0;
  virtual std::vector<std::uint32_t> predictive_cells() const = 0;
  virtual std::size_t bytes() const = 0;
  virtual void save(base::ByteWriter& out) const = 0;
  /// Precondition: nothing was computed yet. **Errors:** kCorrupt.
  virtual base::Status restore(base::ByteReader& in) = 0;

  const std::vector<std::uint32_t>& active_cells() const { return active_cells_; }
  const std::vector<std::uint32_t>& winner_cells() const { return winner_cells_; }
  std::vector<std::uint32_t> burst_columns() const;
  const MemoryCounts& counts() const { return counts_; }

 protected:
  MemoryUnits units_;
  std::uint32_t steps_ = 0;
  Draws draws_;
  std::vector<std::uint32_t> active_cells_;
  std::vector<std::uint32_t> winner_cells_;
  MemoryCounts counts_;
};

std::unique_ptr<MemoryCore> make_core(const MemoryUnits& units);
std::size_t max_core_bytes(const MemoryUnits& units);

}  // namespace cortado::htm
