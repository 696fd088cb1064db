// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/htm/change_forecaster.h"

namespace cortado::htm::testing {

/// The change forecaster with all weights in one vector, formula by formula, to judge the shipped
/// one.
class TextbookForecaster {
 public:
  explicit TextbookForecaster(const ChangeForecasterConfig& config)
      : config_(config), weights_(static_cast<std::size_t>(config.inputs), 0.0F) {}

  double compute(std::span<const std::uint32_t> active_cells, double value);

 private:
  ChangeForecasterConfig config_;
  std::vector<float> weights_;
  std::vector<std::uint32_t> cells_;
  std::vector<double> values_;   ///< all so far
  std::vector<double> changes_;  ///< between them, in ranges
  double momentum_ = 0;          ///< weight of the last change
  double mean_size_ = 0;
  double mean_square_ = 0;
  double expected_ = 0;
  double odds_ = 0.1;
};

}  // namespace cortado::htm::testing
