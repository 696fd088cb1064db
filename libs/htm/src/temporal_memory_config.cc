// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/temporal_memory.h"
#include "memory_units.h"
#include "permanence_units.h"

namespace cortado::htm {
namespace {

base::Status check_sizes(const TemporalMemoryConfig& config) {
  const auto within = [](std::int64_t value, std::int64_t low, std::int64_t high) {
    return value >= low && value <= high;
  };
  if (within(config.columns, 1, 65'535) && within(config.cells_per_column, 1, 256) &&
      config.columns * config.cells_per_column <= 65'536 &&
      within(config.max_synapses_per_segment, 1, 255) &&
      within(config.max_new_synapses, 1, config.max_synapses_per_segment) &&
      within(config.min_threshold, 1, 255) && within(config.activation_threshold, 1, 255) &&
      within(config.max_segments_per_cell, 1, 255) && within(config.max_segments, 0, UINT32_MAX) &&
      config.seed >= 0) {
    return {};
  }
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "temporal_memory: a size is out of range; at most 65536 cells, 256 cells a "
                     "column, 255 segments a cell and 255 synapses a segment");
}

/// Set all permanences in units of 1 / `one`. **Errors:** kInvalidConfig: one is no multiple.
base::Status set_permanences(const TemporalMemoryConfig& config, std::int32_t one,
                             MemoryUnits& units) {
  const auto convert = [one](const char* key, double value, std::int32_t& out) -> base::Status {
    CORTADO_ASSIGN(
        out, to_permanence_units(std::string("temporal_memory.") + key, value, 1.0 / one, 1.0));
    return {};
  };
  units.one = one;
  CORTADO_TRY(convert("initial_permanence", config.initial_permanence, units.initial));
  CORTADO_TRY(convert("connected_permanence", config.connected_permanence, units.connected));
  CORTADO_TRY(convert("permanence_increment", config.permanence_increment, units.increment));
  CORTADO_TRY(convert("permanence_decrement", config.permanence_decrement, units.decrement));
  return convert("predicted_segment_decrement", config.predicted_segment_decrement,
                 units.punishment);
}

}  // namespace

base::Result<MemoryUnits> to_units(const TemporalMemoryConfig& config) {
  CORTADO_TRY(check_sizes(config));
  MemoryUnits units{};
  if (!set_permanences(config, kNarrowOne, units).ok()) {
    CORTADO_TRY(set_permanences(config, kWideOne, units));
  }
  if (units.initial == 0) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "temporal_memory.initial_permanence must be above 0");
  }
  const auto number = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  units.columns = number(config.columns);
  units.cells_per_column = number(config.cells_per_column);
  units.cells = units.columns * units.cells_per_column;
  units.max_new_synapses = number(config.max_new_synapses);
  units.min_threshold = number(config.min_threshold);
  units.activation_threshold = number(config.activation_threshold);
  units.max_segments_per_cell = number(config.max_segments_per_cell);
  units.max_synapses_per_segment = number(config.max_synapses_per_segment);
  units.max_segments = number(config.max_segments);
  units.seed = static_cast<std::uint64_t>(config.seed);
  return units;
}

base::Options describe(TemporalMemoryConfig& config, const std::string& prefix) {
  const std::string unit = " A multiple of .001; if all are of .01, a synapse takes a byte less.";
  return {
      base::bind_integer({.path = prefix + ".columns", .help = "Columns of the memory."},
                         config.columns, 1, 65'535),
      base::bind_integer({.path = prefix + ".cells_per_column", .help = "Contexts of a column."},
                         config.cells_per_column, 1, 256),
      base::bind_integer({.path = prefix + ".max_new_synapses",
                          .help = "A learning segment is filled up to this many active synapses."},
                         config.max_new_synapses, 1, 255),
      base::bind_number(
          {.path = prefix + ".initial_permanence", .help = "Permanence of a new synapse." + unit},
          config.initial_permanence, 0, 1),
      base::bind_number({.path = prefix + ".connected_permanence",
                         .help = "A synapse counts from this permanence on." + unit},
                        config.connected_permanence, 0, 1),
      base::bind_number({.path = prefix + ".permanence_increment",
                         .help = "What a synapse of an active cell gains." + unit},
                        config.permanence_increment, 0, 1),
      base::bind_number({.path = prefix + ".permanence_decrement",
                         .help = "What a synapse of an inactive cell loses." + unit},
                        config.permanence_decrement, 0, 1),
      base::bind_number({.path = prefix + ".predicted_segment_decrement",
                         .help = "What the active synapses of a wrong prediction lose." + unit},
                        config.predicted_segment_decrement, 0, 1),
      base::bind_integer(
          {.path = prefix + ".min_threshold", .help = "Active synapses of a matching segment."},
          config.min_threshold, 1, 255),
      base::bind_integer({.path = prefix + ".activation_threshold",
                          .help = "Active connected synapses of an active segment."},
                         config.activation_threshold, 1, 255),
      base::bind_integer({.path = prefix + ".max_segments_per_cell",
                          .help = "The one unused for longest goes first."},
                         config.max_segments_per_cell, 1, 255),
      base::bind_integer({.path = prefix + ".max_segments",
                          .help = "Segments of all cells; the one unused for longest goes first. "
                                  "0 = no limit."},
                         config.max_segments, 0, UINT32_MAX),
      base::bind_integer(
          {.path = prefix + ".max_synapses_per_segment", .help = "The weakest go first."},
          config.max_synapses_per_segment, 1, 255),
      base::bind_integer({.path = prefix + ".seed", .help = "Chooses winners and synapses."},
                         config.seed, 0, INT64_MAX),
  };
}

}  // namespace cortado::htm
