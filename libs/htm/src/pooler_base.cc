// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <string>

#include "cortado/base/hash.h"
#include "cortado/base/random.h"
#include "draws.h"
#include "permanence_units.h"
#include "pooler_base_data.h"

namespace cortado::htm {
namespace {

constexpr double kUnit = SpatialPoolerConfig::kPermanenceUnit;
constexpr std::int32_t kUnitsOfOne = 20'000;
constexpr std::int32_t kRaiseDivisor =
    10;  // BAMI: a weak column gains .1 of the connected permanence

std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

std::uint32_t pool_size(const SpatialPoolerConfig& config) {
  const double share = config.potential_share * static_cast<double>(config.inputs);
  return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::floor(share + 0.5)));
}

base::Status check_sizes(const SpatialPoolerConfig& config) {
  if (config.inputs < 1 || config.inputs > 65'535 || config.columns < 1 ||
      config.columns > 65'535 || config.active_columns < 1 ||
      config.active_columns > config.columns || config.stimulus_threshold < 0 ||
      config.stimulus_threshold > 65'535 || config.duty_cycle_period < 1 ||
      !(config.potential_share > 0 && config.potential_share <= 1) ||
      !(config.min_overlap_duty_cycle >= 0 && config.min_overlap_duty_cycle <= 1)) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "spatial_pooler: a size is out of range; inputs and columns are 1 to 65535, "
                       "active_columns at most columns, potential_share in (0, 1]");
  }
  return {};
}

base::Result<PoolerUnits> to_units(const SpatialPoolerConfig& config) {
  CORTADO_TRY(check_sizes(config));
  PoolerUnits units{};
  CORTADO_ASSIGN(units.connected, to_permanence_units("spatial_pooler.connected_permanence",
                                                      config.connected_permanence, kUnit, 1.0));
  CORTADO_ASSIGN(const auto increment, to_permanence_units("spatial_pooler.active_increment",
                                                           config.active_increment, kUnit, 0.5));
  CORTADO_ASSIGN(const auto decrement, to_permanence_units("spatial_pooler.inactive_decrement",
                                                           config.inactive_decrement, kUnit, 0.5));
  units.inputs = static_cast<std::uint32_t>(config.inputs);
  units.columns = static_cast<std::uint32_t>(config.columns);
  units.pool = pool_size(config);
  units.active_columns = static_cast<std::uint32_t>(config.active_columns);
  units.stimulus_threshold = static_cast<std::uint32_t>(config.stimulus_threshold);
  units.increment = static_cast<StoredPermanence>(increment);
  units.decrement = static_cast<StoredPermanence>(decrement);
  units.raise = static_cast<StoredPermanence>(units.connected / kRaiseDivisor);
  units.low = static_cast<StoredPermanence>(-units.connected);
  units.high = static_cast<StoredPermanence>(kUnitsOfOne - units.connected);
  return units;
}

/// Draw one column's permanences, input by input: its pool without replacement, then each synapse
/// connected or not by a fair coin and its permanence even over that side.
void draw_column(const PoolerUnits& units, Draws draws, std::vector<std::uint32_t>& inputs,
                 std::vector<std::optional<StoredPermanence>>& column) {
  std::iota(inputs.begin(), inputs.end(), 0U);
  column.assign(units.inputs, std::nullopt);
  for (std::uint32_t i = 0; i < units.pool; ++i) {
    std::swap(inputs[i], inputs[i + draws.below(units.inputs - i)]);
    const bool connected = draws.below(2) == 1;
    const auto above = static_cast<std::uint32_t>(units.high) + 1;
    const auto below = static_cast<std::uint32_t>(units.connected);
    const auto value = connected || below == 0
                           ? static_cast<std::int32_t>(draws.below(above))
                           : static_cast<std::int32_t>(draws.below(below)) - units.connected;
    column[inputs[i]] = static_cast<StoredPermanence>(value);
  }
}

void fill(PoolerBaseData& data) {
  const auto& units = data.units;
  std::vector<std::uint32_t> inputs(units.inputs);
  std::vector<std::optional<StoredPermanence>> column;
  for (std::uint32_t c = 0; c < units.columns; ++c) {
    const Draws draws(base::mix64(static_cast<std::uint64_t>(data.config.seed)) ^ c);
    draw_column(units, draws, inputs, column);
    for (std::uint32_t i = 0; i < units.inputs; ++i) {
      if (!column[i]) continue;
      data.permanences[c * data.stride + i] = *column[i];
      data.pools.push_back(static_cast<std::uint16_t>(i));
      data.pool_bits[(c * data.stride + i) / kPermanencesPerLine] |= 1U << i % kPermanencesPerLine;
      if (*column[i] >= 0)
        data.connected[i * data.row_words + c / 64] |= std::uint64_t{1} << c % 64;
    }
  }
}

/// Take a row off the bit planes of a sum that has it.
void take_row(const std::uint64_t* row, std::size_t words, std::uint64_t* planes) {
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t borrow = row[w];
    for (std::size_t p = 0; p < kRunPlanes; ++p) {
      const std::uint64_t old = planes[p * words + w];
      planes[p * words + w] = old ^ borrow;
      borrow &= ~old;
    }
  }
}

/// Each run has one input less in front than the one before, and one more behind.
RunSums sum_runs(const PoolerBaseData& data, std::uint32_t length) {
  const std::uint32_t runs = data.units.inputs - length + 1;
  const std::size_t words = data.row_words;
  const std::size_t size = kRunPlanes * words;
  RunSums sums{length, LineVector<std::uint64_t>(runs * size, 0)};
  std::uint64_t* to = sums.planes.data();
  for (std::uint32_t i = 0; i < length; ++i) add_row(data.row(i), words, to, kRunPlanes);
  for (std::uint32_t first = 1; first < runs; ++first, to += size) {
    std::copy_n(to, size, to + size);
    take_row(data.row(first - 1), words, to + size);
    add_row(data.row(first + length - 1), words, to + size, kRunPlanes);
  }
  return sums;
}

void sum_runs(PoolerBaseData& data, std::vector<std::uint32_t> lengths) {
  std::sort(lengths.begin(), lengths.end(), std::greater<>());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  for (const auto length : lengths) {
    const bool worth = length > 1 && length <= std::min(kLongestRun, data.units.inputs);
    if (worth) data.runs.push_back(sum_runs(data, length));
  }
}

std::uint64_t digest_of(const PoolerBaseData& data) {
  std::string bytes;
  base::ByteWriter writer(bytes);
  for (const auto input : data.pools) writer.u16(input);
  for (const auto permanence : data.permanences) {
    writer.u16(static_cast<std::uint16_t>(permanence));
  }
  return base::hash64(bytes);
}

}  // namespace

base::Result<std::shared_ptr<const PoolerBase>> PoolerBase::create(
    const SpatialPoolerConfig& config, const std::vector<std::uint32_t>& run_lengths) {
  auto data = std::make_unique<PoolerBaseData>();
  data->config = config;
  CORTADO_ASSIGN(data->units, to_units(config));
  const auto& units = data->units;
  data->stride = round_up(units.inputs, kPermanencesPerLine);
  data->row_words = round_up(units.columns, 64 * kWordsPerLine) / 64;
  data->permanences.assign(units.columns * data->stride, units.low);
  data->pools.reserve(std::size_t{units.columns} * units.pool);
  data->pool_bits.assign(units.columns * data->stride / kPermanencesPerLine, 0);
  data->connected.assign(units.inputs * data->row_words, 0);
  fill(*data);
  sum_runs(*data, run_lengths);
  data->digest = digest_of(*data);
  return std::shared_ptr<const PoolerBase>(new PoolerBase(std::move(data)));
}

PoolerBase::PoolerBase(std::unique_ptr<const PoolerBaseData> data) : data_(std::move(data)) {}
PoolerBase::~PoolerBase() = default;
const SpatialPoolerConfig& PoolerBase::config() const { return data_->config; }
std::uint64_t PoolerBase::digest() const { return data_->digest; }

}  // namespace cortado::htm
