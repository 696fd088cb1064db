// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/fault_config.h"

#include <utility>

#include "cortado/base/nearest_name.h"

namespace cortado::detector {
namespace {

using Kind = base::OptionNode::Kind;

base::Error wrong(const base::OptionNode& node, const std::string& text) {
  const std::string place = node.origin.empty() ? "" : " (" + node.origin + ")";
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "detector.faults.limits: " + text + place +
                         "; write [{device: \"*-44201-*\", low: 0, high: 0.5}]");
}

base::Status read_number(const base::OptionNode& node, const std::string& name, double& out) {
  const auto value = base::parse_number(node.scalar);
  if (node.kind != Kind::kScalar || !value.ok()) return wrong(node, name + " must be a number");
  out = *value;
  return {};
}

base::Result<ValueLimits> read_limits(const base::OptionNode& node) {
  if (node.kind != Kind::kMapping) return wrong(node, "each item is a mapping");
  ValueLimits limits;
  for (const auto& [key, value] : node.fields) {
    if (key == "device" && value.kind == Kind::kScalar) {
      limits.device = value.scalar;
    } else if (key == "low" || key == "high") {
      CORTADO_TRY(read_number(value, key, key == "low" ? limits.low : limits.high));
    } else {
      return wrong(value, "unknown key or wrong form: " + key +
                              base::nearest_hint(key, {"device", "low", "high"}));
    }
  }
  const bool whole =
      !limits.device.empty() && node.find("low") != nullptr && node.find("high") != nullptr;
  if (!whole) return wrong(node, "each item needs device, low and high");
  if (!(limits.low < limits.high)) return wrong(node, "low must be below high");
  return limits;
}

base::OptionNode print_limits(const ValueLimits& limits) {
  base::OptionNode node;
  node.kind = Kind::kMapping;
  node.fields = {{"device", base::OptionNode::make_scalar(limits.device)},
                 {"low", base::OptionNode::make_scalar(base::print_number(limits.low))},
                 {"high", base::OptionNode::make_scalar(base::print_number(limits.high))}};
  return node;
}

base::Option bind_limits(std::vector<ValueLimits>& field) {
  base::Option option;
  option.path = "detector.faults.limits";
  option.type = "list";
  option.help =
      "What devices can measure, by pattern (* and ?); the first that matches wins. The first "
      "value "
      "beyond is an alarm with reason range.";
  option.set = [&field](const base::OptionNode& node) -> base::Status {
    if (node.kind != Kind::kSequence) return wrong(node, "must be a list");
    std::vector<ValueLimits> items;
    for (const auto& item : node.items) {
      CORTADO_ASSIGN(auto read, read_limits(item));
      items.push_back(std::move(read));
    }
    field = std::move(items);
    return {};
  };
  option.get = [&field] {
    base::OptionNode node;
    node.kind = Kind::kSequence;
    for (const auto& item : field) node.items.push_back(print_limits(item));
    return node;
  };
  return option;
}

}  // namespace

base::Options describe(FaultConfig& config) {
  using std::chrono::hours;
  return {
      base::bind_boolean(
          {.path = "detector.faults.flat_line",
           .help = "Alarm with reason flat when a device that usually changes repeats "
                   "one value for longer than it ever did."},
          config.flat_line),
      base::bind_integer({.path = "detector.faults.flat_least",
                          .help = "Equal values that may be a flat line.",
                          .unit = "records"},
                         config.flat_least, 2, 1'000'000),
      base::bind_boolean({.path = "detector.faults.gap",
                          .help = "Alarm with reason gap on the first record after an absence, by "
                                  "event time."},
                         config.gap),
      base::bind_number({.path = "detector.faults.gap_least",
                         .help = "Usual intervals between two records that may be a gap.",
                         .unit = "intervals"},
                        config.gap_least, 1.5, 1e9),
      base::bind_number(
          {.path = "detector.faults.gap_irregular",
           .help = "Share of intervals longer than one and a half usual ones, up to which a device "
                   "counts as regular. For one that is not, absences are ordinary and never a gap. "
                   "1: every device is regular."},
          config.gap_irregular, 0, 1),
      base::bind_number(
          {.path = "detector.faults.factor",
           .help = "How many times as long as the longest usual one a flat line or gap "
                   "must be."},
          config.factor, 1, 1000),
      base::bind_integer(
          {.path = "detector.faults.every",
           .help =
               "After the first flat line or gap of a device, another one is told only if there "
               "were at least so many runs of equal values, or intervals, for each: what a device "
               "does again and again is its way.",
           .unit = "runs or intervals"},
          config.every, 1, 1'000'000),
      base::bind_boolean({.path = "detector.faults.clock",
                          .help = "Alarm with reason clock when event time goes back or leaps."},
                         config.clock),
      base::bind_number(
          {.path = "detector.faults.clock_back",
           .help = "How far event time may go back: records that are a little late are "
                   "no fault.",
           .unit = "intervals"},
          config.clock_back, 0, 1e9),
      base::bind_duration(
          {.path = "detector.faults.clock_ahead", .help = "A leap that no absence explains."},
          config.clock_ahead, hours(1), hours(24 * 36'500)),
      base::bind_boolean(
          {.path = "detector.faults.level_shift",
           .help = "Alarm with reason level when the mean moves further than it ever "
                   "did."},
          config.level_shift),
      base::bind_boolean(
          {.path = "detector.faults.out_of_range",
           .help = "Alarm with reason range beyond detector.faults.limits, and beyond "
                   "all past values."},
          config.out_of_range),
      bind_limits(config.limits),
  };
}

}  // namespace cortado::detector
