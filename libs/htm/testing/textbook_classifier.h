// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/htm/sdr_classifier.h"

namespace cortado::htm::testing {

/// Softmax regression over active cells with one weight of whole units for each cell and bucket.
/// Slow and plain, to judge the shipped one.
class TextbookClassifier {
 public:
  explicit TextbookClassifier(const SdrClassifierConfig& config);

  double compute(std::span<const std::uint32_t> active_cells, std::uint32_t bucket, double value);
  const std::vector<float>& distribution() const { return distribution_; }
  /// Return the weight of a cell for a bucket, in units of alpha / 64.
  int weight(std::uint32_t cell, std::uint32_t bucket) const { return weights_[cell][bucket]; }

 private:
  std::vector<std::int64_t> sums(std::span<const std::uint32_t> cells) const;
  std::vector<float> softmax(const std::vector<std::int64_t>& sums) const;
  std::vector<int> rounded_errors(const std::vector<float>& expected, std::uint32_t bucket) const;

  SdrClassifierConfig config_;
  std::vector<std::vector<int>> weights_;  ///< by cell, bucket
  std::vector<double> values_;             ///< moving average of each bucket's values
  std::vector<bool> seen_;
  std::vector<std::uint32_t> last_cells_;
  std::vector<float> distribution_;
  std::uint32_t steps_ = 0;
};

}  // namespace cortado::htm::testing
