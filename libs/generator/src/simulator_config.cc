// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cortado/base/calendar.h"
#include "cortado/generator/simulator.h"
#include "json_text.h"

namespace cortado::generator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 7> kFaultNames = {
    "spike", "level_shift", "drift", "flat_line", "dropout", "noise", "missing"};

base::Option bind_time(std::string path, std::string help, base::EpochMillis& field) {
  base::Option option;
  option.path = path;
  option.type = "string";
  option.help = std::move(help);
  option.range = "ISO 8601, UTC";
  option.set = [path, &field](const base::OptionNode& node) -> base::Status {
    const auto time = node.kind == base::OptionNode::Kind::kScalar
                          ? base::parse_iso_8601(node.scalar)
                          : std::nullopt;
    if (!time) {
      return base::Error(base::ErrorCode::kInvalidConfig,
                         path + " must be a time such as 2025-01-01 or 2025-01-01T06:00");
    }
    field = *time;
    return {};
  };
  option.get = [&field] { return base::OptionNode::make_scalar(base::format_iso_8601(field)); };
  return option;
}

base::Options describe_size(SimulatorConfig& config) {
  return {
      base::bind_integer(
          {.path = "simulator.devices", .help = "Sensors; five neighbours share their weather."},
          config.devices, 1, 100'000),
      base::bind_integer({.path = "simulator.records",
                          .help = "Readings of all sensors together; 0 = as duration says."},
                         config.records, 0, 10'000'000'000),
      base::bind_duration({.path = "simulator.duration", .help = "Event time that is simulated."},
                          config.duration, milliseconds(1000), hours(24 * 36'500)),
      base::bind_duration(
          {.path = "simulator.interval", .help = "Between two readings of a sensor."},
          config.interval, milliseconds(1000), hours(24 * 31)),
      bind_time("simulator.start", "Event time of the first readings.", config.start_ms),
      base::bind_integer({.path = "simulator.seed",
                          .help = "The same seed gives the same readings and faults, everywhere."},
                         config.seed, 0, 1'000'000'000'000),
  };
}

}  // namespace

base::Options describe(SimulatorConfig& config) {
  base::Options options = describe_size(config);
  options.push_back(
      base::bind_number({.path = "simulator.faults_per_month",
                         .help = "Injected, labelled faults of a sensor in 30 days, on average.",
                         .unit = "faults"},
                        config.faults_per_month, 0, 30));
  options.push_back(
      base::bind_duration({.path = "simulator.quiet",
                           .help = "No fault in this time at the start, for models to learn in."},
                          config.quiet, milliseconds(0), hours(24 * 36'500)));
  options.push_back(base::bind_number(
      {.path = "simulator.gaps_per_month",
       .help = "Runs of one to six absent hours of a sensor in 30 days, on average; not labelled.",
       .unit = "gaps"},
      config.gaps_per_month, 0, 30));
  return options;
}

std::string_view to_string(FaultClass fault) {
  return kFaultNames[static_cast<std::size_t>(fault)];
}

std::string to_json(const FaultLabel& label) {
  return "{\"device\":" + json_text(label.device) + ",\"class\":\"" +
         std::string(to_string(label.fault)) + "\",\"start\":\"" +
         base::format_iso_8601(label.start_ms) + "\",\"end\":\"" +
         base::format_iso_8601(label.end_ms) + "\"}";
}

}  // namespace cortado::generator
