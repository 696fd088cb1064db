// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/change_forecaster.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "paged_table.h"

namespace cortado::htm {
namespace {

constexpr double kLargestChange = 1.0 / 16;  // that is forecast, in ranges
constexpr double kGainFactor = 0.5;
constexpr double kFirstOdds = 0.1;
constexpr double kLowestOdds = 1.0 / 1024;
constexpr double kHighestOdds = 100;
constexpr double kMeanShare = 0.02;  // of the newest change in running means
constexpr double kCalm = 10;         // mean squares of change that steady the last change's weight
constexpr double kHighestWeight = 1;

base::Error corrupt(const char* text) {
  return base::Error(base::ErrorCode::kCorrupt, std::string("forecaster: ") + text);
}

bool within(double value, double low, double high) { return value >= low && value <= high; }

}  // namespace

base::Options describe(ChangeForecasterConfig& config, const std::string& prefix) {
  return {
      base::bind_integer({.path = prefix + ".inputs", .help = "Cells it looks at."}, config.inputs,
                         1, 65'536),
      base::bind_number({.path = prefix + ".range", .help = "What values span."}, config.range,
                        1e-300, 1e300),
      base::bind_number(
          {.path = prefix + ".rate", .help = "A step of the regression, in mean changes."},
          config.rate, 0, 1),
  };
}

struct ChangeForecaster::State {
  explicit State(const ChangeForecasterConfig& config_in)
      : config(config_in), weights(static_cast<std::size_t>(config_in.inputs)) {}

  void learn(double change);
  double expect() const;

  ChangeForecasterConfig config;
  PagedTable<float> weights;  ///< by cell, in ranges
  std::vector<std::uint16_t> last_cells;
  bool started = false;
  double last_value = 0;
  double last_change = 0;    ///< in ranges, as all that follows
  double mean_change = 0;    ///< running mean of its size
  double mean_square = 0;    ///< and of its square
  double change_weight = 0;  ///< of the last change
  double expected = 0;       ///< change after last_cells; derived
  double odds = kFirstOdds;  ///< regression : last value
};

void ChangeForecaster::State::learn(double change) {
  const double error = change - expected;
  const double gain = (std::abs(change) - std::abs(error)) / kLargestChange;
  odds = std::clamp(odds * (1 + kGainFactor * gain), kLowestOdds, kHighestOdds);

  mean_change += (mean_change == 0 ? 1 : kMeanShare) * (std::abs(change) - mean_change);
  mean_square += kMeanShare * (last_change * last_change - mean_square);
  double step = config.rate * mean_change;
  if (error < 0) step = -step;
  if (error == 0) step = 0;
  if (mean_square > 0) {
    change_weight += step * last_change / (kCalm * mean_square + last_change * last_change);
    change_weight = std::clamp(change_weight, -kHighestWeight, kHighestWeight);
  }
  if (step == 0 || last_cells.empty()) return;
  const double each = step / static_cast<double>(last_cells.size());
  for (const auto cell : last_cells) {
    float& weight = weights.at(cell);
    const double moved = static_cast<double>(weight) + each;
    weight = static_cast<float>(std::min(std::max(moved, -kHighestWeight), kHighestWeight));
  }
}

double ChangeForecaster::State::expect() const {
  double sum = 0;
  for (const auto cell : last_cells) sum += static_cast<double>(weights.get(cell));
  return std::clamp(sum + change_weight * last_change, -kLargestChange, kLargestChange);
}

base::Result<ChangeForecaster> ChangeForecaster::create(const ChangeForecasterConfig& config) {
  const bool good = config.inputs >= 1 && config.inputs <= 65'536 && config.range > 0 &&
                    std::isfinite(config.range) && within(config.rate, 0, 1);
  if (!good) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "forecaster: inputs must be 1 to 65536, range above 0, rate 0 to 1");
  }
  return ChangeForecaster(std::make_unique<State>(config));
}

ChangeForecaster::ChangeForecaster(std::unique_ptr<State> state) : state_(std::move(state)) {}
ChangeForecaster::~ChangeForecaster() = default;
ChangeForecaster::ChangeForecaster(ChangeForecaster&&) noexcept = default;
ChangeForecaster& ChangeForecaster::operator=(ChangeForecaster&&) noexcept = default;

double ChangeForecaster::compute(std::span<const std::uint32_t> active_cells, double value) {
  State& state = *state_;
  if (state.started) {
    const double change = std::clamp((value - state.last_value) / state.config.range, -1.0, 1.0);
    state.learn(change);
    state.last_change = change;
  }
  state.started = true;
  state.last_value = value;
  state.last_cells.resize(active_cells.size());
  std::copy(active_cells.begin(), active_cells.end(), state.last_cells.begin());
  state.expected = state.expect();
  const double forecast = value + share() * state.expected * state.config.range;
  return std::isfinite(forecast) ? forecast : value;
}

double ChangeForecaster::share() const { return state_->odds / (1 + state_->odds); }

std::size_t ChangeForecaster::bytes() const {
  return sizeof(State) + state_->weights.bytes() +
         state_->last_cells.capacity() * sizeof(std::uint16_t);
}

void ChangeForecaster::save(base::ByteWriter& out) const {
  const State& state = *state_;
  out.u8(state.started ? 1 : 0);
  for (const double number : {state.last_value, state.last_change, state.mean_change,
                              state.mean_square, state.change_weight, state.odds}) {
    out.f64(number);
  }
  out.u32(static_cast<std::uint32_t>(state.last_cells.size()));
  for (const auto cell : state.last_cells) out.u16(cell);
  std::vector<std::uint16_t> learned;
  for (std::size_t cell = 0; cell < state.weights.size(); ++cell) {
    if (state.weights.get(cell) != 0) learned.push_back(static_cast<std::uint16_t>(cell));
  }
  out.u32(static_cast<std::uint32_t>(learned.size()));
  for (const auto cell : learned) {
    out.u16(cell);
    out.u32(std::bit_cast<std::uint32_t>(state.weights.get(cell)));
  }
}

namespace {

/// Read a cell that must lie above the last one. Returns false if it does not.
bool read_cell(base::ByteReader& in, std::size_t limit, std::int64_t& last) {
  const std::uint32_t cell = in.u16();
  if (!in.ok() || cell >= limit || cell <= last) return false;
  last = cell;
  return true;
}

}  // namespace

base::Result<ChangeForecaster> ChangeForecaster::restore(const ChangeForecasterConfig& config,
                                                         base::ByteReader& in) {
  CORTADO_ASSIGN(auto forecaster, create(config));
  State& state = *forecaster.state_;
  const std::uint8_t started = in.u8();
  state.started = started == 1;
  for (double* const number : {&state.last_value, &state.last_change, &state.mean_change,
                               &state.mean_square, &state.change_weight, &state.odds}) {
    *number = in.f64();
  }
  const bool good = started <= 1 && std::isfinite(state.last_value) &&
                    within(state.last_change, -1, 1) && within(state.mean_change, 0, 1) &&
                    within(state.mean_square, 0, 1) &&
                    within(state.change_weight, -kHighestWeight, kHighestWeight) &&
                    within(state.odds, kLowestOdds, kHighestOdds);
  if (!in.ok() || !good) return corrupt("impossible numbers");
  const std::uint32_t cells = in.u32();
  if (cells > in.remaining()) return corrupt("the last cells");
  state.last_cells.resize(cells);
  std::int64_t last = -1;
  for (auto& cell : state.last_cells) {
    if (!read_cell(in, state.weights.size(), last)) return corrupt("the last cells");
    cell = static_cast<std::uint16_t>(last);
  }
  const std::uint32_t learned = in.u32();
  last = -1;
  for (std::uint32_t i = 0; i < learned; ++i) {
    if (!read_cell(in, state.weights.size(), last)) return corrupt("a cell");
    const auto weight = std::bit_cast<float>(in.u32());
    if (!within(weight, -kHighestWeight, kHighestWeight)) return corrupt("a weight");
    state.weights.at(static_cast<std::size_t>(last)) = weight;
  }
  if (!in.ok()) return corrupt("too short");
  state.expected = state.expect();
  return forecaster;
}

}  // namespace cortado::htm
