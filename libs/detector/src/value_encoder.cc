// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "value_encoder.h"

#include <algorithm>
#include <cmath>

namespace cortado::detector {
namespace {

constexpr double kScatteredBuckets = 130;            // NuPIC's number of buckets in a range
constexpr double kLeastScatteredResolution = 0.001;  // and its finest resolution

}  // namespace

base::Result<ValueEncoder> ValueEncoder::create(const ValueEncoderConfig& config) {
  if (const auto* scattered = std::get_if<htm::RandomDistributedScalarEncoderConfig>(&config)) {
    CORTADO_ASSIGN(auto encoder, htm::RandomDistributedScalarEncoder::create(*scattered));
    return ValueEncoder(Either(encoder), scattered->resolution * kScatteredBuckets);
  }
  CORTADO_ASSIGN(auto encoder,
                 htm::ScalarEncoder::create(std::get<htm::ScalarEncoderConfig>(config)));
  return ValueEncoder(Either(encoder), encoder.range());
}

std::uint32_t ValueEncoder::size() const {
  return std::visit([](const auto& encoder) { return encoder.size(); }, encoder_);
}

ValueBucket ValueEncoder::bucket(double value) const {
  if (const auto* run = std::get_if<htm::ScalarEncoder>(&encoder_)) {
    const htm::ScalarBucket bucket = run->bucket(value);
    return {bucket.index, bucket.clipped};
  }
  return {std::get<htm::RandomDistributedScalarEncoder>(encoder_).bucket(value), false};
}

void ValueEncoder::encode(const ValueBucket& bucket, std::uint32_t offset, htm::Sdr& out) const {
  if (const auto* run = std::get_if<htm::ScalarEncoder>(&encoder_)) {
    run->encode(static_cast<std::uint32_t>(bucket.index), offset, out);
  } else {
    std::get<htm::RandomDistributedScalarEncoder>(encoder_).encode(bucket.index, offset, out);
  }
}

ValueEncoderConfig with_range(const ValueEncoderConfig& config, double minimum, double maximum) {
  if (const auto* scattered = std::get_if<htm::RandomDistributedScalarEncoderConfig>(&config)) {
    auto ranged = *scattered;
    ranged.resolution =
        std::max(kLeastScatteredResolution, (maximum - minimum) / kScatteredBuckets);
    ranged.offset = minimum;
    return ranged;
  }
  auto ranged = std::get<htm::ScalarEncoderConfig>(config);
  const double steps = std::floor((ranged.maximum - ranged.minimum) / ranged.resolution + 0.5);
  ranged.minimum = minimum;
  ranged.maximum = maximum;
  ranged.resolution = (maximum - minimum) / steps;
  return ranged;
}

}  // namespace cortado::detector
