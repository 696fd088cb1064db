// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/sdr.h"

namespace cortado::htm {

struct RandomDistributedScalarEncoderConfig {
  std::int64_t size = 400;  ///< bits in all
  std::int64_t width = 21;  ///< bits drawn for a value; equal draws fall together
  double resolution = 1;    ///< the width of a bucket
  double offset = 0;        ///< the centre of bucket 0
  std::int64_t seed = 42;
};

/// Describe the keys under `prefix`.
base::Options describe(RandomDistributedScalarEncoderConfig& config, const std::string& prefix);

/// Turns a number into bits scattered by a hash: bucket b has the bits hash(seed, b + j) mod size
/// for j = 0 .. width - 1, so that neighbours share all bits but one and nothing is ever clipped.
///
/// **Source:** Purdy, "Encoding Data for HTM Systems", 2016, section "A more flexible encoder".
class RandomDistributedScalarEncoder {
 public:
  /// **Errors:** kInvalidConfig: width above size, resolution not above 0.
  static base::Result<RandomDistributedScalarEncoder> create(
      const RandomDistributedScalarEncoderConfig& config);

  std::uint32_t size() const { return size_; }
  /// Return the bucket of a finite value; far values saturate at +-2^53.
  std::int64_t bucket(double value) const;
  /// Append the bits of a bucket, moved up by `offset`.
  void encode(std::int64_t bucket, std::uint32_t offset, Sdr& out) const;

 private:
  /// The bits of the buckets about 0, where a range that begins at `offset` lies; shared by copies.
  struct Table {
    std::vector<std::uint32_t> begin;  ///< of each bucket, and the end of the last
    std::vector<std::uint16_t> bits;
  };

  RandomDistributedScalarEncoder() = default;
  std::vector<std::uint16_t> draw(std::int64_t bucket) const;

  std::uint32_t size_ = 0;
  std::uint32_t width_ = 0;
  double resolution_ = 1;
  double offset_ = 0;
  std::uint64_t seed_ = 0;
  std::shared_ptr<const Table> table_;
};

}  // namespace cortado::htm
