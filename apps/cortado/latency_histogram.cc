// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cortado::app {
namespace {

std::size_t bucket_of(std::uint64_t micros, int sub_bits) {
  const int width = std::bit_width(micros);
  if (width <= sub_bits) return static_cast<std::size_t>(micros);
  const int shift = width - sub_bits - 1;
  const std::uint64_t sub = (micros >> shift) & ((1U << sub_bits) - 1);
  return (static_cast<std::size_t>(shift + 1) << sub_bits) + static_cast<std::size_t>(sub);
}

double upper_edge(std::size_t bucket, int sub_bits) {
  const std::size_t group = bucket >> sub_bits;
  const auto sub = static_cast<double>(bucket & ((1U << sub_bits) - 1));
  if (group == 0) return sub + 1;
  return std::ldexp((1 << sub_bits) + sub + 1, static_cast<int>(group) - 1);
}

}  // namespace

void LatencyHistogram::add(std::int64_t micros, std::int64_t times) {
  buckets_[bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(0, micros)), kSubBits)] +=
      times;
  count_ += times;
}

double LatencyHistogram::quantile_ms(double q) const {
  if (count_ == 0) return 0;
  const auto rank = static_cast<std::int64_t>(std::ceil(q * static_cast<double>(count_)));
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank && seen > 0) return upper_edge(bucket, kSubBits) / 1000.0;
  }
  return 0;
}

}  // namespace cortado::app
