// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "next_value.h"

#include <array>
#include <bit>
#include <cmath>
#include <span>
#include <utility>

namespace cortado::detector {
namespace {

using Cells = std::array<std::uint32_t, htm::kSetColumns>;

std::span<const std::uint32_t> list_cells(const htm::ColumnSet& set, Cells& cells) {
  std::size_t count = 0;
  for (std::uint32_t w = 0; w < set.words.size(); ++w) {
    for (std::uint64_t bits = set.words[w]; bits != 0; bits &= bits - 1) {
      cells[count++] = w * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
    }
  }
  return {cells.data(), count};
}

}  // namespace

htm::ChangeForecasterConfig NextValue::config_at(int level) const {
  return {.inputs = htm::kSetColumns, .range = std::ldexp(range_, level), .rate = rate_};
}

double NextValue::add(double value, const ScaleNetwork& network) {
  if (forecast_) band_.add(value - *forecast_);
  forecast_ = value;
  if (!network.level()) return value;
  if (level_ != network.level()) {
    level_ = network.level();
    // Valid by construction: the range is a positive number.
    forecaster_ = std::move(htm::ChangeForecaster::create(config_at(*level_))).value();
  }
  thread_local Cells cells;
  forecast_ = forecaster_->compute(list_cells(network.columns(), cells), value);
  return *forecast_;
}

void NextValue::save(base::ByteWriter& out) const {
  out.u8(forecast_ ? 1 : 0);
  out.f64(forecast_.value_or(0));
  band_.save(out);
  if (forecaster_) forecaster_->save(out);
}

bool NextValue::load(base::ByteReader& in, const ScaleNetwork& network) {
  const std::uint8_t present = in.u8();
  const double forecast = in.f64();
  if (!band_.load(in) || present > 1 || !std::isfinite(forecast)) return false;
  if (present == 1) forecast_ = forecast;
  level_ = network.level();
  if (!level_) return true;
  auto forecaster = htm::ChangeForecaster::restore(config_at(*level_), in);
  if (!forecaster.ok()) return false;
  forecaster_ = std::move(forecaster).value();
  return true;
}

}  // namespace cortado::detector
