// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/scalar_encoder.h"

#include <algorithm>
#include <cmath>

namespace cortado::htm {

base::Options describe(ScalarEncoderConfig& config, const std::string& prefix) {
  return {
      base::bind_integer({.path = prefix + ".width",
                          .help = "Bits on for a value; odd. Wider generalises over more values.",
                          .unit = "bits"},
                         config.width, 1, 4095),
      base::bind_number({.path = prefix + ".minimum", .help = "Lower values count as this one."},
                        config.minimum, -1e300, 1e300),
      base::bind_number({.path = prefix + ".maximum", .help = "Higher values count as this one."},
                        config.maximum, -1e300, 1e300),
      base::bind_number({.path = prefix + ".resolution",
                         .help = "Values further apart than this differ in at least one bit."},
                        config.resolution, 1e-300, 1e300),
  };
}

base::Result<ScalarEncoder> ScalarEncoder::create(const ScalarEncoderConfig& config) {
  const auto wrong = [](const char* text) {
    return base::Error(base::ErrorCode::kInvalidConfig, text);
  };
  if (config.width < 1 || config.width % 2 == 0) return wrong("encoder.width must be odd");
  if (!(config.minimum < config.maximum) || !std::isfinite(config.maximum - config.minimum)) {
    return wrong("encoder.minimum must be below encoder.maximum");
  }
  const double steps = std::floor((config.maximum - config.minimum) / config.resolution + 0.5);
  if (!(config.resolution > 0) || !(steps >= 1 && steps <= 60'000)) {
    return wrong("encoder.resolution must divide the range into 1 to 60000 steps");
  }
  ScalarEncoder encoder;
  encoder.minimum_ = config.minimum;
  encoder.maximum_ = config.maximum;
  encoder.resolution_ = config.resolution;
  encoder.width_ = static_cast<std::uint32_t>(config.width);
  encoder.buckets_ = static_cast<std::uint32_t>(steps) + 1;
  return encoder;
}

ScalarBucket ScalarEncoder::bucket(double value) const {
  const bool clipped = value < minimum_ || value > maximum_;
  if (value <= minimum_) return {0, clipped};
  if (value >= maximum_) return {buckets_ - 1, clipped};
  const double index = std::floor((value - minimum_) / resolution_ + 0.5);
  return {std::min(static_cast<std::uint32_t>(index), buckets_ - 1), clipped};
}

void ScalarEncoder::encode(std::uint32_t bucket, std::uint32_t offset, Sdr& out) const {
  out.append_run(offset + bucket, width_);
}

}  // namespace cortado::htm
