// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/htm/column_set.h"

namespace cortado::htm {

/// Turns a number's bucket straight into columns: bucket b has the columns that a hash gives to b,
/// b + 1, ... b + width - 1, so that buckets at a distance d share width - d of them, and there is
/// no lowest and no highest bucket. Needs no table and no pooler.
///
/// **Source:** the scatter code of Numenta's random distributed scalar encoder (Purdy, "Encoding
/// data for HTM systems", 2016), with a hash in place of its draws.
class SlidingEncoder {
 public:
  /// Precondition: width is 1 to 255.
  SlidingEncoder(std::uint64_t key, std::uint32_t width) : key_(key), width_(width) {}

  /// Return the columns of a bucket: `width`, or a few less where the hash gives one twice.
  ColumnSet encode(std::int64_t bucket) const;

 private:
  std::uint64_t key_;
  std::uint32_t width_;
};

}  // namespace cortado::htm
