// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "size_histogram.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace cortado::detector {
namespace {

constexpr int kPerOctave = 8;
constexpr int kLowestExponent = -1100;  // below that of any double
constexpr std::size_t kMostBuckets = 64 * kPerOctave;
constexpr int kHighestBucket = (1020 - kLowestExponent) * kPerOctave;  // its end is a number

int bucket_of(double size) {
  int exponent = 0;
  const double mantissa = std::frexp(size, &exponent);  // from a half to below 1
  return (exponent - kLowestExponent) * kPerOctave +
         static_cast<int>((mantissa - 0.5) * 2 * kPerOctave);
}

double lower_edge(int bucket) {
  const double part = static_cast<double>(bucket % kPerOctave) / (2 * kPerOctave);
  return std::ldexp(0.5 + part, bucket / kPerOctave + kLowestExponent);
}

}  // namespace

void SizeHistogram::add(double size) {
  ++count_;
  if (!(size > 0)) return;
  const int bucket = bucket_of(size);
  if (counts_.empty()) top_ = bucket;
  if (bucket > top_) {
    const auto above = static_cast<std::size_t>(bucket - top_);
    if (above >= kMostBuckets) {
      counts_.clear();
    } else {
      counts_.insert(counts_.begin(), above, 0);
    }
    top_ = bucket;
  }
  const auto place = static_cast<std::size_t>(top_ - bucket);
  if (counts_.size() > kMostBuckets) counts_.resize(kMostBuckets);
  if (place >= kMostBuckets) return;  // nothing beside the largest
  if (place >= counts_.size()) counts_.resize(place + 1);
  if (counts_[place] < std::numeric_limits<std::uint32_t>::max()) ++counts_[place];
}

std::int64_t SizeHistogram::positive() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

std::array<double, 3> SizeHistogram::exceeded_by(const std::array<double, 3>& wanted) const {
  std::array<double, 3> sizes{};
  std::size_t next = 0;
  double above = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const double inside = counts_[i];
    const int bucket = top_ - static_cast<int>(i);
    for (; next < wanted.size() && above + inside >= wanted[next] && inside > 0; ++next) {
      const double share = (wanted[next] - above) / inside;
      const double high = lower_edge(bucket + 1);
      sizes[next] = high - share * (high - lower_edge(bucket));
    }
    if (next == wanted.size()) break;
    above += inside;
  }
  return sizes;
}

void SizeHistogram::save(base::ByteWriter& out) const {
  out.i64(count_);
  out.u16(static_cast<std::uint16_t>(top_));
  out.u16(static_cast<std::uint16_t>(counts_.size()));
  for (const auto count : counts_) out.varint(count);
}

bool SizeHistogram::load(base::ByteReader& in) {
  count_ = in.i64();
  top_ = in.u16();
  const std::size_t buckets = in.u16();
  if (!in.ok() || count_ < 0 || top_ > kHighestBucket || buckets > kMostBuckets ||
      buckets > static_cast<std::size_t>(top_) + 1 || in.remaining() < buckets) {
    return false;
  }
  counts_.resize(buckets);
  std::uint64_t sum = 0;
  for (auto& count : counts_) {
    const std::uint64_t read = in.varint();
    if (read > std::numeric_limits<std::uint32_t>::max()) return false;
    count = static_cast<std::uint32_t>(read);
    sum += read;
  }
  return in.ok() && sum <= static_cast<std::uint64_t>(count_);
}

}  // namespace cortado::detector
