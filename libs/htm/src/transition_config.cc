// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "cortado/htm/transition_memory.h"
#include "transition_state.h"

namespace cortado::htm {
namespace {

constexpr double kUnits = 250;  // in a permanence of 1

std::uint8_t to_units(double permanence) {
  return static_cast<std::uint8_t>(std::floor(permanence * kUnits + 0.5));
}

bool is_permanence(double value) {
  const double units = value * kUnits;
  return value >= 0 && value <= 1 && std::abs(units - std::floor(units + 0.5)) < 1e-9;
}

base::Error invalid(const char* text) {
  return base::Error(base::ErrorCode::kInvalidConfig, std::string("transition memory: ") + text);
}

}  // namespace

TransitionRules::TransitionRules(const TransitionMemoryConfig& config)
    : segments_per_column(static_cast<std::uint32_t>(config.segments_per_column)),
      max_segments(static_cast<std::uint32_t>(config.max_segments)),
      activation_threshold(static_cast<std::uint32_t>(config.activation_threshold)),
      min_threshold(static_cast<std::uint32_t>(config.min_threshold)),
      initial(to_units(config.initial_permanence)),
      connected(to_units(config.connected_permanence)),
      increment(to_units(config.permanence_increment)),
      decrement(to_units(config.permanence_decrement)) {}

base::Options describe(TransitionMemoryConfig& config, const std::string& prefix) {
  const auto path = [&prefix](const char* name) { return prefix + "." + name; };
  return {
      base::bind_integer({.path = path("segments_per_column"),
                          .help = "Inputs before it that a column can tell apart; more remember "
                                  "more and cost more."},
                         config.segments_per_column, 1, kMaxColumnSegments),
      base::bind_integer({.path = path("max_segments"),
                          .help = "Bounds a memory: 52 bytes a segment. A full one forgets what it "
                                  "has not seen for longest."},
                         config.max_segments, 1, kMaxSegments),
      base::bind_integer({.path = path("activation_threshold"),
                          .help = "Active connected synapses, of 16, that predict a column."},
                         config.activation_threshold, 1, kSegmentSynapses),
      base::bind_integer({.path = path("min_threshold"),
                          .help = "Active synapses that make a segment learn rather than a new one "
                                  "be made: how similar an input before it must be."},
                         config.min_threshold, 1, kSegmentSynapses),
      base::bind_number({.path = path("initial_permanence"),
                         .help = "Of a new synapse; a multiple of .004, as all permanences. Just "
                                 "above connected: seen once is known, five misses are forgotten."},
                        config.initial_permanence, 0.004, 1),
      base::bind_number({.path = path("connected_permanence"),
                         .help = "From which a synapse counts for a prediction."},
                        config.connected_permanence, 0.004, 1),
      base::bind_number({.path = path("permanence_increment"),
                         .help = "What an active synapse of a learning segment gains."},
                        config.permanence_increment, 0, 1),
      base::bind_number(
          {.path = path("permanence_decrement"),
           .help = "What the others lose: a fifth, so that noise wears nothing away."},
          config.permanence_decrement, 0, 1),
  };
}

base::Status TransitionMemory::validate(const TransitionMemoryConfig& config) {
  const auto within = [](std::int64_t value, std::int64_t high) {
    return value >= 1 && value <= high;
  };
  if (!within(config.segments_per_column, kMaxColumnSegments)) {
    return invalid("segments_per_column must be 1 to 8");
  }
  if (!within(config.max_segments, kMaxSegments)) return invalid("max_segments must be 1 to 65535");
  if (config.segments_per_column > config.max_segments) {
    return invalid("max_segments must be at least segments_per_column");
  }
  if (!within(config.activation_threshold, kSegmentSynapses) ||
      !within(config.min_threshold, config.activation_threshold)) {
    return invalid("thresholds must be 1 to 16, min_threshold not above activation_threshold");
  }
  for (const double permanence : {config.initial_permanence, config.connected_permanence,
                                  config.permanence_increment, config.permanence_decrement}) {
    if (!is_permanence(permanence)) return invalid("permanences must be multiples of .004, 0 to 1");
  }
  if (config.initial_permanence == 0 || config.connected_permanence == 0) {
    return invalid("initial_permanence and connected_permanence must be above 0");
  }
  return {};
}

}  // namespace cortado::htm
