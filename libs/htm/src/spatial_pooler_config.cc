// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/spatial_pooler.h"

namespace cortado::htm {

base::Options describe(SpatialPoolerConfig& config, const std::string& prefix) {
  const std::string unit = " A multiple of .00005.";
  return {
      base::bind_integer({.path = prefix + ".inputs", .help = "Bits of the input.", .unit = "bits"},
                         config.inputs, 1, 65'535),
      base::bind_integer({.path = prefix + ".columns", .help = "Columns of the pooler."},
                         config.columns, 1, 65'535),
      base::bind_integer({.path = prefix + ".active_columns", .help = "Columns active at a time."},
                         config.active_columns, 1, 65'535),
      base::bind_number({.path = prefix + ".potential_share",
                         .help = "Share of the inputs that a column may connect to."},
                        config.potential_share, 0, 1),
      base::bind_number({.path = prefix + ".connected_permanence",
                         .help = "A synapse counts from this permanence on." + unit},
                        config.connected_permanence, 0, 1),
      base::bind_number({.path = prefix + ".active_increment",
                         .help = "What a synapse of an active input gains." + unit},
                        config.active_increment, 0, 0.5),
      base::bind_number({.path = prefix + ".inactive_decrement",
                         .help = "What a synapse of an inactive input loses." + unit},
                        config.inactive_decrement, 0, 0.5),
      base::bind_integer({.path = prefix + ".stimulus_threshold",
                          .help = "A column competes with an overlap above this.",
                          .unit = "synapses"},
                         config.stimulus_threshold, 0, 65'535),
      base::bind_number({.path = prefix + ".min_overlap_duty_cycle",
                         .help = "Columns that overlap less often than this share of the most "
                                 "frequent one are raised."},
                        config.min_overlap_duty_cycle, 0, 1),
      base::bind_integer({.path = prefix + ".duty_cycle_period",
                          .help = "How far duty cycles look back.",
                          .unit = "records"},
                         config.duty_cycle_period, 1, INT32_MAX),
      base::bind_integer({.path = prefix + ".seed", .help = "Chooses pools and permanences."},
                         config.seed, 0, INT64_MAX),
  };
}

}  // namespace cortado::htm
