// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/sdr.h"

namespace cortado::htm {

struct ScalarEncoderConfig {
  std::int64_t width = 51;  ///< bits on for a value, odd
  double minimum = 0;
  double maximum = 0.1;
  double resolution = 0.001;  ///< two values further apart than this differ in at least one bit
};

/// Describe the keys under `prefix`.
base::Options describe(ScalarEncoderConfig& config, const std::string& prefix);

/// Where a value fell.
struct ScalarBucket {
  std::uint32_t index;
  bool clipped;  ///< the value lay outside the range and was moved to its edge
};

/// Turns a number into a run of `width` neighbouring bits; values outside the range are clipped.
///
/// **Source:** Purdy, "Encoding Data for HTM Systems", 2016, section "A simple encoder for
/// numbers".
class ScalarEncoder {
 public:
  /// **Errors:** kInvalidConfig: an even width, an empty range, a resolution of 0 or a huge size.
  static base::Result<ScalarEncoder> create(const ScalarEncoderConfig& config);

  std::uint32_t size() const { return buckets_ + width_ - 1; }
  std::uint32_t buckets() const { return buckets_; }
  /// Return the distance of the highest value from the lowest.
  double range() const { return maximum_ - minimum_; }
  /// Precondition: the value is finite.
  ScalarBucket bucket(double value) const;
  /// Append the bits of a bucket, moved up by `offset`.
  void encode(std::uint32_t bucket, std::uint32_t offset, Sdr& out) const;

 private:
  ScalarEncoder() = default;

  double minimum_ = 0;
  double maximum_ = 0;
  double resolution_ = 1;
  std::uint32_t width_ = 0;
  std::uint32_t buckets_ = 0;
};

}  // namespace cortado::htm
