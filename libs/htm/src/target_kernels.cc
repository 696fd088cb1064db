// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "target_kernels.h"

namespace cortado::htm::CORTADO_KERNEL_SET {
namespace {

constexpr std::uint32_t kRow = 8;     // words of a row counted at once
constexpr std::uint32_t kPlanes = 8;  // bits of a column's count

/// Counts of kRow x 64 columns, bit by bit; `over` has a 1 where a count had one bit too many.
struct ColumnCounts {
  alignas(64) std::uint64_t planes[kPlanes][kRow];
  alignas(64) std::uint64_t over[kRow];
};

void add_row(const std::uint64_t* __restrict row, std::uint32_t planes,
             ColumnCounts& __restrict counts) {
  alignas(64) std::uint64_t carry[kRow];
  for (std::uint32_t j = 0; j < kRow; ++j) carry[j] = row[j];
  for (std::uint32_t p = 0; p < planes; ++p) {
    for (std::uint32_t j = 0; j < kRow; ++j) {
      const std::uint64_t both = counts.planes[p][j] & carry[j];
      counts.planes[p][j] ^= carry[j];
      carry[j] = both;
    }
  }
  for (std::uint32_t j = 0; j < kRow; ++j) counts.over[j] |= carry[j];
}

/// Compare the counts with the threshold, from the highest bit down.
void compare(const ColumnCounts& counts, std::uint32_t planes, std::uint32_t threshold,
             std::uint64_t* columns) {
  for (std::uint32_t j = 0; j < kRow; ++j) {
    std::uint64_t above = counts.over[j];
    std::uint64_t equal = ~above;
    for (std::uint32_t p = planes; p-- > 0;) {
      const std::uint64_t plane = counts.planes[p][j];
      if ((threshold >> p & 1) != 0) {
        equal &= plane;
      } else {
        above |= equal & plane;
        equal &= ~plane;
      }
    }
    columns[j] = above | equal;
  }
}

}  // namespace

void find_columns(const std::uint64_t* const* rows, std::uint32_t count, std::uint32_t words,
                  std::uint32_t threshold, std::uint64_t* columns) {
  std::uint32_t planes = 0;  // the fewest that hold the threshold
  while (threshold >> planes != 0) ++planes;
  for (std::uint32_t w = 0; w < words; w += kRow) {
    ColumnCounts counts = {};
    for (std::uint32_t r = 0; r < count; ++r) add_row(rows[r] + w, planes, counts);
    compare(counts, planes, threshold, columns + w);
  }
}

}  // namespace cortado::htm::CORTADO_KERNEL_SET
