// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "textbook_forecaster.h"

#include <algorithm>
#include <cmath>

namespace cortado::htm::testing {

double TextbookForecaster::compute(std::span<const std::uint32_t> active_cells, double value) {
  const double before = changes_.empty() ? 0 : changes_.back();
  if (!values_.empty()) {
    const double change = std::clamp((value - values_.back()) / config_.range, -1.0, 1.0);
    const double size = std::abs(change);
    const double error = change - expected_;
    odds_ *= 1 + 0.5 * ((size - std::abs(error)) / 0.0625);
    odds_ = std::max(1.0 / 1024, std::min(100.0, odds_));
    mean_size_ = mean_size_ == 0 ? size : mean_size_ + 0.02 * (size - mean_size_);
    mean_square_ += 0.02 * (before * before - mean_square_);
    const double sign = error > 0 ? 1 : error < 0 ? -1 : 0;
    const double step = sign * (config_.rate * mean_size_);
    if (mean_square_ > 0) {
      momentum_ += step * before / (10 * mean_square_ + before * before);
      momentum_ = std::max(-1.0, std::min(1.0, momentum_));
    }
    for (const auto cell : cells_) {
      const double moved = weights_[cell] + step / static_cast<double>(cells_.size());
      weights_[cell] = static_cast<float>(std::max(-1.0, std::min(1.0, moved)));
    }
    changes_.push_back(change);
  }
  values_.push_back(value);
  cells_.assign(active_cells.begin(), active_cells.end());
  double sum = 0;
  for (const auto cell : cells_) sum += weights_[cell];
  if (!changes_.empty()) sum += momentum_ * changes_.back();
  expected_ = std::max(-0.0625, std::min(0.0625, sum));
  const double forecast = value + odds_ / (1 + odds_) * expected_ * config_.range;
  return std::isfinite(forecast) ? forecast : value;
}

}  // namespace cortado::htm::testing
