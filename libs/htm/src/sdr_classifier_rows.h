// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "paged_table.h"

namespace cortado::htm {

/// The weights of all cells. A step moves the weights of all its cells alike, so cells that always
/// learned together have equal weights and share a row, until a step has only some of them.
/// Row 0 belongs to the cells that never learned and is all zeros.
class SdrClassifierRows {
 public:
  /// Precondition: cells <= 65,535.
  explicit SdrClassifierRows(std::size_t cells) : row_of_(cells) {}

  std::size_t cells() const { return row_of_.size(); }
  std::size_t stride() const { return stride_; }
  /// Return how many rows there are, row 0 with them; 0 before the first widen().
  std::size_t rows() const { return members_.size(); }
  std::uint16_t row_of(std::size_t cell) const { return row_of_.get(cell); }
  std::int16_t* weights(std::size_t row) const {
    return chunks_[row / kRowsPerChunk].get() + row % kRowsPerChunk * stride_;
  }

  /// Put the weights of each of these rows into `out`.
  void find_weights(std::span<const std::uint16_t> rows, std::vector<std::int16_t*>& out) const;

  /// Make room for this many buckets; the new ones have weight 0.
  void widen(std::size_t buckets);
  /// Give these cells rows that no other cell has, and put each of these rows once into `out`.
  /// Precondition: `row_of` and `weights_of` hold the row of each of the cells.
  void separate(std::span<const std::uint16_t> cells, std::span<const std::uint16_t> row_of,
                std::span<std::int16_t* const> weights_of, std::vector<std::int16_t*>& out);

  /// Append a row of zeros without a member.
  std::uint16_t add_row();
  /// Let a cell of row 0 join a row above 0.
  void join(std::size_t cell, std::uint16_t row);
  bool has_members(std::size_t row) const { return members_[row] > 0; }

  /// Return the bytes held beside the object itself.
  std::size_t bytes() const;

 private:
  static constexpr std::size_t kRowsPerChunk = 32;

  std::uint16_t split(std::uint16_t row, std::uint16_t leaving);
  void separate_shared(std::span<const std::uint16_t> cells, std::span<const std::uint16_t> row_of,
                       std::vector<std::int16_t*>& out);

  PagedTable<std::uint16_t> row_of_;    ///< by cell
  std::vector<std::uint16_t> members_;  ///< cells by row; not counted for row 0
  std::vector<std::unique_ptr<std::int16_t[]>> chunks_;
  std::size_t stride_ = 0;
};

}  // namespace cortado::htm
