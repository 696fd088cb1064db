// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "cortado/base/bytes.h"

namespace cortado::detector {

/// How often sizes occurred, in buckets an eighth of an octave wide, from the largest size
/// downwards over 64 octaves. Quantiles of the large ones, in at most 2 KB however many sizes there
/// were.
class SizeHistogram {
 public:
  /// Count a size, 0 to 1e305.
  void add(double size);
  std::int64_t count() const { return count_; }
  /// Return how many of them were above 0.
  std::int64_t positive() const;
  /// Return the sizes that so many of those counted exceed, interpolated within a bucket; 0 where
  /// there are too few. Precondition: `wanted` ascends.
  std::array<double, 3> exceeded_by(const std::array<double, 3>& wanted) const;
  std::size_t bytes() const { return counts_.capacity() * sizeof(std::uint32_t); }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  std::int64_t count_ = 0;
  int top_ = 0;                        ///< bucket of counts_[0]; the next is one below
  std::vector<std::uint32_t> counts_;  ///< of the buckets from the top
};

}  // namespace cortado::detector
