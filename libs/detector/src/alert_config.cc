// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/alert_config.h"

#include <array>
#include <utility>

#include "cortado/base/nearest_name.h"
#include "glob.h"

namespace cortado::detector {
namespace {

using Kind = base::OptionNode::Kind;

constexpr std::array<const char*, 3> kDirections = {"both", "up", "down"};
constexpr double kMost = 1e300;

struct Period {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::int64_t kHour = 3'600'000;
constexpr std::array<Period, 4> kPeriods = {
    {{"hour", kHour}, {"day", 24 * kHour}, {"week", 168 * kHour}, {"month", 720 * kHour}}};
constexpr std::string_view kRecords = " records";

base::Error wrong(const base::OptionNode& node, const std::string& text) {
  const std::string place = node.origin.empty() ? "" : " (" + node.origin + ")";
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "alerts.overrides: " + text + place +
                         "; write [{device: \"*-44201-*\", budget: 1/week, direction: up}]");
}

base::Result<AlertDirection> read_direction(const std::string& text) {
  for (std::size_t i = 0; i < kDirections.size(); ++i) {
    if (text == kDirections[i]) return static_cast<AlertDirection>(i);
  }
  return base::Error(base::ErrorCode::kInvalidConfig, "direction must be both, up or down");
}

base::Result<double> read_least(const std::string& text) {
  const auto number = base::parse_number(text);
  if (number.ok() && *number >= 0) return *number;
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "min_absolute and min_relative must be numbers, not below 0");
}

base::Status read_field(const std::string& key, const std::string& text, AlertOverride& out) {
  if (key == "device") {
    out.device = text;
  } else if (key == "budget") {
    CORTADO_TRY(parse_budget(text));
    out.budget = text;
  } else if (key == "direction") {
    CORTADO_ASSIGN(out.direction, read_direction(text));
  } else if (key == "min_absolute") {
    CORTADO_ASSIGN(out.min_absolute, read_least(text));
  } else if (key == "min_relative") {
    CORTADO_ASSIGN(out.min_relative, read_least(text));
  } else {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "unknown key: " + key +
                           base::nearest_hint(key, {"device", "budget", "direction", "min_absolute",
                                                    "min_relative"}));
  }
  return {};
}

base::Result<AlertOverride> read_override(const base::OptionNode& node) {
  if (node.kind != Kind::kMapping) return wrong(node, "each item is a mapping");
  AlertOverride result;
  for (const auto& [key, value] : node.fields) {
    if (value.kind != Kind::kScalar) return wrong(value, key + " must be a text or number");
    if (auto status = read_field(key, value.scalar, result); !status.ok()) {
      return wrong(value, status.error().message());
    }
  }
  if (result.device.empty()) return wrong(node, "each item needs device");
  return result;
}

base::OptionNode print_override(const AlertOverride& item) {
  base::OptionNode node;
  node.kind = Kind::kMapping;
  const auto add = [&node](const char* key, std::string text) {
    node.fields.emplace_back(key, base::OptionNode::make_scalar(std::move(text)));
  };
  add("device", item.device);
  if (item.budget) add("budget", *item.budget);
  if (item.direction) add("direction", kDirections[static_cast<std::size_t>(*item.direction)]);
  if (item.min_absolute) add("min_absolute", base::print_number(*item.min_absolute));
  if (item.min_relative) add("min_relative", base::print_number(*item.min_relative));
  return node;
}

base::Option bind_overrides(std::vector<AlertOverride>& field) {
  base::Option option;
  option.path = "alerts.overrides";
  option.type = "list";
  option.help =
      "Other budget, direction or least deviations for devices by pattern (* and ?); the first "
      "that "
      "matches wins, what it leaves out stays.";
  option.set = [&field](const base::OptionNode& node) -> base::Status {
    if (node.kind != Kind::kSequence) return wrong(node, "must be a list");
    std::vector<AlertOverride> items;
    for (const auto& item : node.items) {
      CORTADO_ASSIGN(auto read, read_override(item));
      items.push_back(std::move(read));
    }
    field = std::move(items);
    return {};
  };
  option.get = [&field] {
    base::OptionNode node;
    node.kind = Kind::kSequence;
    for (const auto& item : field) node.items.push_back(print_override(item));
    return node;
  };
  return option;
}

base::Option bind_budget(std::string& field) {
  base::Option option = base::bind_string(
      {.path = "alerts.budget",
       .help = "How many alarms a device may have in the long run: 3/week (hour, day, week, month) "
               "of event time, or 2/1000 records. The cut is kept there online. Empty: the cut is "
               "detector.advanced.cut."},
      field);
  option.may_be_empty = true;
  option.set = [&field](const base::OptionNode& node) -> base::Status {
    const auto budget = parse_budget(node.scalar);
    if (node.kind != Kind::kScalar || !budget.ok()) {
      return base::Error(base::ErrorCode::kInvalidConfig,
                         "alerts.budget must be like 3/week, 1/day or 2/1000 records");
    }
    field = node.scalar;
    return {};
  };
  return option;
}

}  // namespace

base::Result<AlarmBudget> parse_budget(std::string_view text) {
  if (text.empty()) return AlarmBudget{};
  const base::Error error(base::ErrorCode::kInvalidConfig,
                          "\"" + std::string(text) +
                              "\" is no budget: write 3/week, 1/day or "
                              "2/1000 records");
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return error;
  const auto count = base::parse_number(text.substr(0, slash));
  if (!count.ok() || *count <= 0) return error;
  AlarmBudget budget{.count = *count};
  std::string_view period = text.substr(slash + 1);
  for (const auto& known : kPeriods) {
    if (period == known.name) budget.milliseconds = known.milliseconds;
  }
  if (budget.milliseconds > 0) return budget;
  if (!period.ends_with(kRecords)) return error;
  period.remove_suffix(kRecords.size());
  const auto records = base::parse_integer(period);
  if (!records.ok() || *records <= 0) return error;
  budget.records = *records;
  return budget;
}

AlertRules rules_of(const AlertConfig& config, std::string_view device) {
  AlertRules rules = config.rules;
  for (const auto& item : config.overrides) {
    if (!glob_match(item.device, device)) continue;
    rules.budget = item.budget.value_or(rules.budget);
    rules.direction = item.direction.value_or(rules.direction);
    rules.min_absolute = item.min_absolute.value_or(rules.min_absolute);
    rules.min_relative = item.min_relative.value_or(rules.min_relative);
    break;
  }
  return rules;
}

base::Options describe(AlertConfig& config) {
  return {
      bind_budget(config.rules.budget),
      base::bind_choice(
          {.path = "alerts.direction",
           .help = "Which way a value must have gone from its prediction to be worth an "
                   "alarm. Sensor faults alarm anyway."},
          config.rules.direction, {kDirections.begin(), kDirections.end()}),
      base::bind_number({.path = "alerts.min_absolute",
                         .help = "Least distance of a value from its prediction that is worth an "
                                 "alarm, in the value's unit."},
                        config.rules.min_absolute, 0, kMost),
      base::bind_number(
          {.path = "alerts.min_relative", .help = "The same as a share of the prediction."},
          config.rules.min_relative, 0, kMost),
      bind_overrides(config.overrides),
  };
}

}  // namespace cortado::detector
