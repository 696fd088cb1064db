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
  config.value = {.width = 51, .minimum = 0, .maximum = 0.1, .resolution = 0.001};
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

}  // namespace

NetworkConfig network_config(std::int64_t seed, Forecaster forecaster) {
  NetworkConfig config = seed_config();
  if (forecaster == Forecaster::kChange) {
    config.forecaster = htm::ChangeForecasterConfig{.inputs = 8192, .range = 0.1, .rate = 0.01};
  }
  config.pooler.seed = seed;
  config.memory.seed = seed;
  return config;
}

std::string print(NetworkConfig config) {
  std::string text;
  const auto add = [&text](const base::Options& options) {
    for (const auto& option : options) text += option.path + "=" + option.get().scalar + "\n";
  };
  add(htm::describe(config.date, "date_encoder"));
  add(htm::describe(config.value, "value_encoder"));
  add(htm::describe(config.pooler, "spatial_pooler"));
  add(htm::describe(config.memory, "temporal_memory"));
  add(describe(config.forecaster));
  return text;
}

}  // namespace cortado::detector
