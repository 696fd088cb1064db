// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/sliding_encoder.h"

#include "cortado/base/random.h"

namespace cortado::htm {
namespace {

constexpr int kColumnShift = 64 - 11;  // the top 11 bits are a column
static_assert(kSetColumns == 1U << 11);

}  // namespace

ColumnSet SlidingEncoder::encode(std::int64_t bucket) const {
  ColumnSet columns;
  const std::uint64_t first = key_ + static_cast<std::uint64_t>(bucket);
  for (std::uint32_t j = 0; j < width_; ++j) {
    columns.insert(static_cast<std::uint32_t>(base::mix64(first + j) >> kColumnShift));
  }
  return columns;
}

}  // namespace cortado::htm
