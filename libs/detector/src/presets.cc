// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "network.h"

namespace cortado::detector {
namespace {

/// The original network: every value is spec.md's.
NetworkConfig seed_config() {
  NetworkConfig config;
  config.date = {.season_width = 31,
                 .season_radius_days = 91.5,
                 .weekend_width = 0,
                 .time_of_day_width = 0,
                 .time_of_day_radius_hours = 24};
  config.value =
      htm::ScalarEncoderConfig{.width = 51, .minimum = 0, .maximum = 0.1, .resolution = 0.001};
  config.pooler = {.inputs = 275,
                   .columns = 2048,
                   .active_columns = 40,
                   .potential_share = 0.8,
                   .connected_permanence = 0.1,
                   .active_increment = 0.0001,
                   .inactive_decrement = 0.0005,
                   .stimulus_threshold = 0,
                   .min_overlap_duty_cycle = 0.001,
                   .duty_cycle_period = 1000,
                   .seed = 0};
  config.memory = {.columns = 2048,
                   .cells_per_column = 4,
                   .max_new_synapses = 20,
                   .initial_permanence = 0.21,
                   .connected_permanence = 0.5,
                   .permanence_increment = 0.1,
                   .permanence_decrement = 0.1,
                   .predicted_segment_decrement = 0,
                   .min_threshold = 9,
                   .activation_threshold = 12,
                   .max_segments_per_cell = 255,
                   .max_segments = 16'384,
                   .max_synapses_per_segment = 255,
                   .seed = 0};
  config.forecaster = htm::SdrClassifierConfig{
      .inputs = 8192, .buckets = 101, .alpha = 0.001, .actual_value_alpha = 0.3};
  return config;
}

/// The network that NuPIC's detector in the Numenta Anomaly Benchmark runs, after its published
/// parameters: 400 value bits and 54 of the time of day, 2048 x 32 cells, wrong predictions
/// punished.
NetworkConfig nupic_config() {
  NetworkConfig config;
  config.date = {.season_width = 0,
                 .season_radius_days = 91.5,
                 .weekend_width = 0,
                 .time_of_day_width = 21,
                 .time_of_day_radius_hours = 9.49};
  config.value =
      with_range(htm::RandomDistributedScalarEncoderConfig{.size = 400, .width = 21}, 0, 0.1);
  config.pooler = {.inputs = 454,
                   .columns = 2048,
                   .active_columns = 40,
                   .potential_share = 0.8,
                   .connected_permanence = 0.2,
                   .active_increment = 0.003,
                   .inactive_decrement = 0.0005,
                   .stimulus_threshold = 0,
                   .min_overlap_duty_cycle = 0.001,
                   .duty_cycle_period = 1000,
                   .seed = 0};
  config.memory = {.columns = 2048,
                   .cells_per_column = 32,
                   .max_new_synapses = 31,
                   .initial_permanence = 0.24,
                   .connected_permanence = 0.5,
                   .permanence_increment = 0.04,
                   .permanence_decrement = 0.008,
                   .predicted_segment_decrement = 0.001,
                   .min_threshold = 13,
                   .activation_threshold = 20,
                   .max_segments_per_cell = 128,
                   .max_synapses_per_segment = 128,
                   .seed = 0};
  return config;
}

}  // namespace

NetworkConfig network_config(Preset preset, std::int64_t seed, Forecaster forecaster) {
  NetworkConfig config = preset == Preset::kNupic ? nupic_config() : seed_config();
  if (forecaster == Forecaster::kChange) {
    const std::int64_t cells = config.memory.columns * config.memory.cells_per_column;
    config.forecaster = htm::ChangeForecasterConfig{.inputs = cells, .range = 0.1, .rate = 0.01};
  }
  config.pooler.seed = seed;
  config.memory.seed = seed;
  if (auto* scattered = std::get_if<htm::RandomDistributedScalarEncoderConfig>(&config.value)) {
    scattered->seed = seed;
  }
  return config;
}

std::string print(NetworkConfig config) {
  std::string text;
  const auto add = [&text](const base::Options& options) {
    for (const auto& option : options) text += option.path + "=" + option.get().scalar + "\n";
  };
  add(htm::describe(config.date, "date_encoder"));
  std::visit([&add](auto& value) { add(htm::describe(value, "value_encoder")); }, config.value);
  add(htm::describe(config.pooler, "spatial_pooler"));
  add(htm::describe(config.memory, "temporal_memory"));
  add(describe(config.forecaster));
  return text;
}

}  // namespace cortado::detector
