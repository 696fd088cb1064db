// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::detector {

/// Which way a value must have gone to be worth an alarm.
enum class AlertDirection { kBoth, kUp, kDown };

/// How many alarms a device may have in the long run: `count` in a period of event time or of
/// records; without both there is no budget.
struct AlarmBudget {
  double count = 0;
  std::int64_t milliseconds = 0;
  std::int64_t records = 0;
};

/// What is worth an alarm.
struct AlertRules {
  std::string budget = {};  ///< "3/week", "1/day", "2/1000 records"; empty = a fixed cut
  AlertDirection direction = AlertDirection::kBoth;
  double min_absolute = 0;  ///< |value - prediction|, in the value's unit
  double min_relative = 0;  ///< the same, in shares of |prediction|
};

/// What differs for the devices that a pattern names.
struct AlertOverride {
  std::string device;  ///< glob: * any characters, ? one; the first that matches wins
  std::optional<std::string> budget = {};
  std::optional<AlertDirection> direction = {};
  std::optional<double> min_absolute = {};
  std::optional<double> min_relative = {};
};

struct AlertConfig {
  AlertRules rules;
  std::vector<AlertOverride> overrides;
};

/// Describe the keys under "alerts".
base::Options describe(AlertConfig& config);

/// Read "3/week" (hour, day, week, month of 30 days) or "2/1000 records"; "" is no budget.
/// **Errors:** kInvalidConfig.
base::Result<AlarmBudget> parse_budget(std::string_view text);
/// Return what holds for a device.
AlertRules rules_of(const AlertConfig& config, std::string_view device);

}  // namespace cortado::detector
