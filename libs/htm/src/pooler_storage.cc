// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pooler_storage.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

#include "kernels.h"
#include "pooler_kernels.h"

namespace cortado::htm {
namespace {

/// Return the permanence of a code that is not 0; if it is no code, one at or below 0 or above 1.
std::int32_t decode(std::int32_t code, StoredPermanence base) {
  return base + (code > 0 ? code - 1 : code);
}

/// Append a column; `codes` has room for them.
void save_column(const PoolerBaseData& base, std::uint32_t column, const StoredPermanence* values,
                 std::vector<std::int16_t>& codes, base::ByteWriter& out) {
  kernels().pooler->encode(
      {values, base.column(column), base.bits_of_pool(column), base.stride, base.units.low},
      codes.data());
  if constexpr (std::endian::native == std::endian::little) {
    out.raw({reinterpret_cast<const char*>(codes.data()), base.units.pool * sizeof(codes[0])});
  } else {
    for (std::uint32_t i = 0; i < base.units.pool; ++i) {
      out.u16(static_cast<std::uint16_t>(codes[i]));
    }
  }
}

bool restore_column(const PoolerBaseData& base, std::uint32_t column, std::string_view bytes,
                    StoredPermanence* values) {
  const auto& units = base.units;
  const StoredPermanence* const before = base.column(column);
  const char* from = bytes.data();
  bool valid = true;
  for (const auto input : base.pool(column)) {
    const auto code = static_cast<std::int16_t>(static_cast<unsigned char>(from[0]) |
                                                static_cast<unsigned char>(from[1]) << 8);
    from += 2;
    const std::int32_t value = decode(code, before[input]);
    valid = valid && (code == 0 || (value > units.low && value <= units.high));
    values[input] = code == 0 ? units.low : static_cast<StoredPermanence>(value);
  }
  return valid;
}

}  // namespace

void save_columns(const PoolerBaseData& base, const PoolerSynapses& synapses,
                  base::ByteWriter& out) {
  const auto columns = synapses.columns();
  std::vector<std::uint16_t> slots(columns.size());
  std::iota(slots.begin(), slots.end(), std::uint16_t{0});
  std::sort(slots.begin(), slots.end(),
            [columns](std::uint16_t a, std::uint16_t b) { return columns[a] < columns[b]; });
  out.u16(static_cast<std::uint16_t>(slots.size()));
  std::vector<std::int16_t> codes(base.units.pool + kCodeOverrun);
  for (const auto slot : slots) {
    out.u16(columns[slot]);
    save_column(base, columns[slot], synapses.permanences(slot), codes, out);
  }
}

bool restore_columns(const PoolerBaseData& base, base::ByteReader& in, PoolerSynapses& synapses) {
  const std::uint32_t changed = in.u16();
  std::uint32_t next = 0;
  for (std::uint32_t n = 0; n < changed; ++n) {
    const std::uint32_t column = in.u16();
    const auto bytes = in.raw(base.units.pool * sizeof(StoredPermanence));
    if (!in.ok() || column < next || column >= base.units.columns) return false;
    next = column + 1;
    const std::uint32_t slot = synapses.add(column);
    if (!restore_column(base, column, bytes, synapses.permanences(slot))) return false;
    synapses.connect(slot);
  }
  synapses.add_to_sums(0);
  return in.ok();
}

}  // namespace cortado::htm
