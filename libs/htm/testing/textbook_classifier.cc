// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "textbook_classifier.h"

#include <algorithm>

#include "cortado/base/random.h"
#include "cortado/htm/exponential.h"

namespace cortado::htm::testing {
namespace {

constexpr int kUnitsPerAlpha = 64;
constexpr int kHighestWeight = 32'000;

/// A die of 65,536 sides for one bucket in one step: MurmurHash3's finalizer.
int die(std::uint32_t step, std::uint32_t bucket) {
  std::uint32_t x = static_cast<std::uint32_t>(base::mix64(step)) + bucket;
  x ^= x >> 16;
  x *= 0x85ebca6bU;
  x ^= x >> 13;
  x *= 0xc2b2ae35U;
  return static_cast<int>(x >> 16);
}

}  // namespace

TextbookClassifier::TextbookClassifier(const SdrClassifierConfig& config)
    : config_(config), weights_(static_cast<std::size_t>(config.inputs)) {}

double TextbookClassifier::compute(std::span<const std::uint32_t> active_cells,
                                   std::uint32_t bucket, double value) {
  const std::size_t known = std::max<std::size_t>(seen_.size(), bucket + std::size_t{1});
  seen_.resize(known, false);
  values_.resize(known, 0);
  for (auto& row : weights_) row.resize(known, 0);

  const auto deltas = rounded_errors(softmax(sums(last_cells_)), bucket);
  for (const auto cell : last_cells_) {
    for (std::size_t b = 0; b < known; ++b) {
      weights_[cell][b] =
          std::clamp(weights_[cell][b] + deltas[b], -kHighestWeight, kHighestWeight);
    }
  }
  ++steps_;
  const double share = config_.actual_value_alpha;
  values_[bucket] = seen_[bucket] ? (1.0 - share) * values_[bucket] + share * value : value;
  seen_[bucket] = true;

  last_cells_.assign(active_cells.begin(), active_cells.end());
  const auto evidence = sums(last_cells_);
  distribution_ = softmax(evidence);
  std::size_t best = known;
  for (std::size_t b = 0; b < known; ++b) {
    if (seen_[b] && (best == known || evidence[b] > evidence[best])) best = b;
  }
  return values_[best];
}

std::vector<int> TextbookClassifier::rounded_errors(const std::vector<float>& expected,
                                                    std::uint32_t bucket) const {
  std::vector<int> result;
  for (std::uint32_t b = 0; b < expected.size(); ++b) {
    const float error = (b == bucket ? 1.0F : 0.0F) - expected[b];
    const int scaled = static_cast<int>(error * (kUnitsPerAlpha * 65'536));
    result.push_back((scaled + die(steps_, b)) >> 16);
  }
  return result;
}

std::vector<std::int64_t> TextbookClassifier::sums(std::span<const std::uint32_t> cells) const {
  std::vector<std::int64_t> result(seen_.size(), 0);
  for (std::size_t b = 0; b < result.size(); ++b) {
    for (const auto cell : cells) result[b] += weights_[cell][b];
  }
  return result;
}

std::vector<float> TextbookClassifier::softmax(const std::vector<std::int64_t>& sums) const {
  const auto unit = static_cast<float>(config_.alpha / kUnitsPerAlpha);
  constexpr float kFurthest = 1 << 30;
  const auto furthest =
      static_cast<std::int64_t>(unit * kFurthest <= 87.0F ? kFurthest : 87.0F / unit);
  const std::int64_t highest = *std::max_element(sums.begin(), sums.end());
  std::vector<float> result;
  std::vector<float> partial(16, 0.0F);
  for (const auto sum : sums) {
    const std::int64_t below = std::min(highest - sum, furthest);
    const float power = exp_of_negative(static_cast<float>(-below) * unit);
    partial[result.size() % 16] += power;
    result.push_back(power);
  }
  float total = 0;
  for (const auto x : partial) total += x;
  for (auto& x : result) x /= total;
  return result;
}

}  // namespace cortado::htm::testing
