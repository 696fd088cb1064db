// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/htm/sdr_classifier.h"

namespace cortado::htm::testing {

/// Softmax regression over active cells with one weight for each cell and bucket. Slow and plain,
/// to judge the shipped one.
class TextbookClassifier {
 public:
  explicit TextbookClassifier(const SdrClassifierConfig& config);

  double compute(std::span<const std::uint32_t> active_cells, std::uint32_t bucket, double value);
  const std::vector<float>& distribution() const { return distribution_; }

 private:
  std::vector<float> infer(std::span<const std::uint32_t> cells) const;

  SdrClassifierConfig config_;
  std::vector<std::vector<float>> weights_;  ///< by cell, bucket
  std::vector<double> values_;               ///< moving average of each bucket's values
  std::vector<bool> seen_;
  std::vector<std::uint32_t> last_cells_;
  std::vector<float> distribution_;
};

}  // namespace cortado::htm::testing
