// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "sdr_classifier_rows.h"

#include <algorithm>

#include "classifier_kernels.h"

namespace cortado::htm {

void SdrClassifierRows::find_weights(std::span<const std::uint16_t> rows,
                                     std::vector<std::int16_t*>& out) const {
  out.resize(rows.size());
  const auto* const chunks = chunks_.data();  // local, so that the stores cannot change them
  const std::size_t stride = stride_;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out[i] = chunks[rows[i] / kRowsPerChunk].get() + rows[i] % kRowsPerChunk * stride;
  }
}

void SdrClassifierRows::widen(std::size_t buckets) {
  const std::size_t wanted = (buckets + kBucketPadding - 1) / kBucketPadding * kBucketPadding;
  if (wanted == stride_) return;
  const bool first = stride_ == 0;
  for (auto& chunk : chunks_) {
    auto wider = std::make_unique<std::int16_t[]>(kRowsPerChunk * wanted);
    for (std::size_t r = 0; r < kRowsPerChunk; ++r) {
      std::copy_n(chunk.get() + r * stride_, stride_, wider.get() + r * wanted);
    }
    chunk = std::move(wider);
  }
  stride_ = wanted;
  if (first) add_row();
}

std::uint16_t SdrClassifierRows::add_row() {
  if (rows() % kRowsPerChunk == 0) {
    chunks_.push_back(std::make_unique<std::int16_t[]>(kRowsPerChunk * stride_));
    members_.reserve(members_.size() + kRowsPerChunk);
  }
  members_.push_back(0);
  return static_cast<std::uint16_t>(rows() - 1);
}

void SdrClassifierRows::join(std::size_t cell, std::uint16_t row) {
  row_of_.at(cell) = row;
  ++members_[row];
}

/// Return a new row equal to `row` for those that leave it.
std::uint16_t SdrClassifierRows::split(std::uint16_t row, std::uint16_t leaving) {
  const std::uint16_t copy = add_row();
  std::copy_n(weights(row), stride_, weights(copy));
  if (row > 0) members_[row] = static_cast<std::uint16_t>(members_[row] - leaving);
  members_[copy] = leaving;
  return copy;
}

void SdrClassifierRows::separate(std::span<const std::uint16_t> cells,
                                 std::span<const std::uint16_t> row_of,
                                 std::span<std::int16_t* const> weights_of,
                                 std::vector<std::int16_t*>& out) {
  out.resize(cells.size());
  const std::uint16_t* const members = members_.data();
  std::size_t alone = 0;
  for (std::size_t i = 0; i < row_of.size(); ++i) {
    out[alone] = weights_of[i];
    alone += members[row_of[i]] == 1 ? 1 : 0;
  }
  out.resize(alone);
  if (alone < cells.size()) separate_shared(cells, row_of, out);
}

/// The same for rows that have more than one member, or none: row 0.
void SdrClassifierRows::separate_shared(std::span<const std::uint16_t> cells,
                                        std::span<const std::uint16_t> row_of,
                                        std::vector<std::int16_t*>& out) {
  thread_local std::vector<std::uint16_t> seen;  // by row; all 0 between calls
  thread_local std::vector<std::uint16_t> touched;
  if (seen.size() < members_.size()) seen.resize(members_.size());
  touched.clear();
  for (const auto row : row_of) {
    if (members_[row] != 1 && seen[row]++ == 0) touched.push_back(row);
  }
  for (const auto row : touched) {
    const bool whole = row > 0 && seen[row] == members_[row];
    seen[row] = whole ? row : split(row, seen[row]);  // from here on: where its cells go
    out.push_back(weights(seen[row]));
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::uint16_t target = seen[row_of[i]];
    if (target != 0 && target != row_of[i]) row_of_.at(cells[i]) = target;
  }
  for (const auto row : touched) seen[row] = 0;
}

std::size_t SdrClassifierRows::bytes() const {
  return row_of_.bytes() + members_.capacity() * sizeof(std::uint16_t) +
         chunks_.capacity() * sizeof(chunks_[0]) +
         chunks_.size() * kRowsPerChunk * stride_ * sizeof(std::int16_t);
}

}  // namespace cortado::htm
