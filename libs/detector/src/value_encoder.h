// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <variant>

#include "cortado/base/result.h"
#include "cortado/htm/random_distributed_scalar_encoder.h"
#include "cortado/htm/scalar_encoder.h"

namespace cortado::detector {

/// The two ways to turn a value into bits: a run of neighbours within a range, or scattered ones
/// without an end.
using ValueEncoderConfig =
    std::variant<htm::ScalarEncoderConfig, htm::RandomDistributedScalarEncoderConfig>;

/// Where a value fell.
struct ValueBucket {
  std::int64_t index;
  bool clipped;  ///< the value lay outside the encoder's range
};

/// Either encoder behind one interface.
class ValueEncoder {
 public:
  /// **Errors:** kInvalidConfig.
  static base::Result<ValueEncoder> create(const ValueEncoderConfig& config);

  std::uint32_t size() const;
  /// Return the extent of the values that the buckets are made for.
  double range() const { return range_; }
  /// Precondition: the value is finite.
  ValueBucket bucket(double value) const;
  /// Append the bits of a bucket, moved up by `offset`.
  void encode(const ValueBucket& bucket, std::uint32_t offset, htm::Sdr& out) const;

 private:
  using Either = std::variant<htm::ScalarEncoder, htm::RandomDistributedScalarEncoder>;
  ValueEncoder(const Either& encoder, double range) : encoder_(encoder), range_(range) {}

  Either encoder_;
  double range_;
};

/// Return the configuration with another range of values; the number of buckets stays.
ValueEncoderConfig with_range(const ValueEncoderConfig& config, double minimum, double maximum);

}  // namespace cortado::detector
