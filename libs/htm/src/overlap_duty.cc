// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "overlap_duty.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cortado::htm {
namespace {

bool is_on(const std::uint64_t* bits, std::uint32_t index) {
  return (bits[index / 64] >> index % 64 & 1U) != 0;
}

}  // namespace

void OverlapDuty::update(const std::uint64_t* above) {
  ++steps_;
  add_new_misses(above);
  const double span = std::min(static_cast<double>(steps_), period_);
  lowest_ = 1.0;
  for (auto& entry : entries_) {
    const double hit = is_on(above, entry.column) ? 1.0 : 0.0;
    entry.duty += (hit - entry.duty) / span;
    lowest_ = std::min(lowest_, entry.duty);
  }
}

void OverlapDuty::add_new_misses(const std::uint64_t* above) {
  const std::size_t known = entries_.size();
  for (std::uint32_t begin = 0; begin < columns_; begin += 64) {
    if (above[begin / 64] == ~std::uint64_t{0}) continue;
    const std::uint32_t left = columns_ - begin;
    const std::uint64_t valid = left >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << left) - 1;
    for (std::uint64_t missed = ~above[begin / 64] & valid; missed != 0; missed &= missed - 1) {
      const std::uint32_t column = begin + static_cast<std::uint32_t>(std::countr_zero(missed));
      const auto at = std::lower_bound(
          entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(known), column,
          [](const Entry& entry, std::uint32_t value) { return entry.column < value; });
      const bool kept =
          at != entries_.begin() + static_cast<std::ptrdiff_t>(known) && at->column == column;
      if (!kept) entries_.push_back({column, 1.0});
    }
  }
  if (entries_.size() == known) return;
  std::inplace_merge(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(known),
                     entries_.end(),
                     [](const Entry& a, const Entry& b) { return a.column < b.column; });
}

std::vector<std::uint32_t> OverlapDuty::weak_columns() const {
  std::vector<std::uint32_t> weak;
  if (lowest_ >= min_share_) return weak;  // the highest is at most 1
  double highest = entries_.size() < columns_ ? 1.0 : 0.0;
  for (const auto& entry : entries_) highest = std::max(highest, entry.duty);
  for (const auto& entry : entries_) {
    if (entry.duty < min_share_ * highest) weak.push_back(entry.column);
  }
  return weak;
}

void OverlapDuty::save(base::ByteWriter& out) const {
  out.u64(steps_);
  out.varint(entries_.size());
  for (const auto& entry : entries_) {
    out.u16(static_cast<std::uint16_t>(entry.column));
    out.f64(entry.duty);
  }
}

bool OverlapDuty::restore(base::ByteReader& in) {
  steps_ = in.u64();
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > columns_) return false;
  entries_.clear();
  lowest_ = 1.0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const Entry entry{in.u16(), in.f64()};
    const bool ascending = entries_.empty() || entries_.back().column < entry.column;
    if (!in.ok() || entry.column >= columns_ || !ascending) return false;
    if (!(entry.duty >= 0 && entry.duty <= 1)) return false;
    entries_.push_back(entry);
    lowest_ = std::min(lowest_, entry.duty);
  }
  return true;
}

}  // namespace cortado::htm
