// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "textbook_classifier.h"

#include <algorithm>

#include "cortado/htm/exponential.h"

namespace cortado::htm::testing {

TextbookClassifier::TextbookClassifier(const SdrClassifierConfig& config)
    : config_(config), weights_(static_cast<std::size_t>(config.inputs)) {}

double TextbookClassifier::compute(std::span<const std::uint32_t> active_cells,
                                   std::uint32_t bucket, double value) {
  const std::size_t known = std::max<std::size_t>(seen_.size(), bucket + std::size_t{1});
  seen_.resize(known, false);
  values_.resize(known, 0);
  for (auto& row : weights_) row.resize(known, 0.0F);

  const auto expected = infer(last_cells_);
  for (const auto cell : last_cells_) {
    for (std::size_t b = 0; b < known; ++b) {
      const float error = (b == bucket ? 1.0F : 0.0F) - expected[b];
      weights_[cell][b] += static_cast<float>(config_.alpha) * error;
    }
  }
  const double share = config_.actual_value_alpha;
  values_[bucket] = seen_[bucket] ? (1.0 - share) * values_[bucket] + share * value : value;
  seen_[bucket] = true;

  last_cells_.assign(active_cells.begin(), active_cells.end());
  distribution_ = infer(last_cells_);
  std::size_t best = known;
  for (std::size_t b = 0; b < known; ++b) {
    if (seen_[b] && (best == known || distribution_[b] > distribution_[best])) best = b;
  }
  return values_[best];
}

std::vector<float> TextbookClassifier::infer(std::span<const std::uint32_t> cells) const {
  std::vector<float> result(seen_.size(), 0.0F);
  for (std::size_t b = 0; b < result.size(); ++b) {
    for (const auto cell : cells) result[b] += weights_[cell][b];
  }
  const float highest = *std::max_element(result.begin(), result.end());
  float total = 0;
  for (auto& x : result) x = exp_of_negative(x - highest);
  for (const auto x : result) total += x;
  for (auto& x : result) x /= total;
  return result;
}

}  // namespace cortado::htm::testing
