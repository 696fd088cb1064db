// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/random_distributed_scalar_encoder.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "cortado/base/random.h"

namespace cortado::htm {
namespace {

constexpr std::int64_t kFirstInTable = -64;
constexpr std::int64_t kBucketsInTable = 320;

}  // namespace

base::Options describe(RandomDistributedScalarEncoderConfig& config, const std::string& prefix) {
  return {
      base::bind_integer({.path = prefix + ".size", .help = "Bits in all.", .unit = "bits"},
                         config.size, 1, 65'535),
      base::bind_integer({.path = prefix + ".width",
                          .help = "Bits drawn for a value; equal draws fall together.",
                          .unit = "bits"},
                         config.width, 1, 4095),
      base::bind_number({.path = prefix + ".resolution", .help = "The width of a bucket."},
                        config.resolution, 1e-300, 1e300),
      base::bind_number({.path = prefix + ".offset", .help = "The centre of bucket 0."},
                        config.offset, -1e300, 1e300),
      base::bind_integer({.path = prefix + ".seed", .help = "Chooses the bits."}, config.seed, 0,
                         INT64_MAX),
  };
}

base::Result<RandomDistributedScalarEncoder> RandomDistributedScalarEncoder::create(
    const RandomDistributedScalarEncoderConfig& config) {
  if (config.width < 1 || config.width > config.size || config.size > 65'535 ||
      !(config.resolution > 0) || !std::isfinite(config.resolution) ||
      !std::isfinite(config.offset)) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "a random distributed scalar encoder needs 1 <= width <= size <= 65535, a "
                       "resolution above 0 and a finite offset");
  }
  RandomDistributedScalarEncoder encoder;
  encoder.size_ = static_cast<std::uint32_t>(config.size);
  encoder.width_ = static_cast<std::uint32_t>(config.width);
  encoder.resolution_ = config.resolution;
  encoder.offset_ = config.offset;
  encoder.seed_ = static_cast<std::uint64_t>(config.seed);
  Table table;
  for (std::int64_t i = 0; i < kBucketsInTable; ++i) {
    table.begin.push_back(static_cast<std::uint32_t>(table.bits.size()));
    const auto bits = encoder.draw(kFirstInTable + i);
    table.bits.insert(table.bits.end(), bits.begin(), bits.end());
  }
  table.begin.push_back(static_cast<std::uint32_t>(table.bits.size()));
  encoder.table_ = std::make_shared<const Table>(std::move(table));
  return encoder;
}

std::int64_t RandomDistributedScalarEncoder::bucket(double value) const {
  constexpr double kFar = 9007199254740992.0;  // 2^53: beyond it doubles skip integers
  const double index = std::floor((value - offset_) / resolution_ + 0.5);
  return static_cast<std::int64_t>(std::clamp(index, -kFar, kFar));
}

std::vector<std::uint16_t> RandomDistributedScalarEncoder::draw(std::int64_t bucket) const {
  std::vector<std::uint16_t> bits(width_);
  const std::uint64_t key = base::mix64(seed_);
  for (std::uint32_t i = 0; i < width_; ++i) {
    const auto position = static_cast<std::uint64_t>(bucket) + i;
    bits[i] = static_cast<std::uint16_t>(base::mix64(key ^ position) % size_);
  }
  std::sort(bits.begin(), bits.end());
  bits.erase(std::unique(bits.begin(), bits.end()), bits.end());
  return bits;
}

void RandomDistributedScalarEncoder::encode(std::int64_t bucket, std::uint32_t offset,
                                            Sdr& out) const {
  if (bucket < kFirstInTable || bucket >= kFirstInTable + kBucketsInTable) {
    out.append_all(draw(bucket), offset);
    return;
  }
  const auto at = static_cast<std::size_t>(bucket - kFirstInTable);
  const std::uint32_t begin = table_->begin[at];
  out.append_all(std::span(table_->bits).subspan(begin, table_->begin[at + 1] - begin), offset);
}

}  // namespace cortado::htm
