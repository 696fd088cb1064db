// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/detector/detector_config.h"

#include <memory>
#include <utility>

#include "cortado/base/nearest_name.h"

namespace cortado::detector {
namespace {

base::Error wrong(const base::OptionNode& node, const std::string& text) {
  const std::string place = node.origin.empty() ? "" : " (" + node.origin + ")";
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "detector.overrides: " + text + place +
                         "; write [{device: \"*-42602-*\", encoder: {min: 0, max: 250}}]");
}

base::Status read_number(const base::OptionNode& node, const std::string& name, double& out) {
  const auto value = base::parse_number(node.scalar);
  if (node.kind != base::OptionNode::Kind::kScalar || !value.ok()) {
    return wrong(node, "encoder." + name + " must be a number");
  }
  out = *value;
  return {};
}

base::Status read_encoder(const base::OptionNode& node, EncoderOverride& out) {
  if (node.kind != base::OptionNode::Kind::kMapping) {
    return wrong(node, "encoder must be a mapping");
  }
  for (const auto& [key, value] : node.fields) {
    if (key != "min" && key != "max") {
      return wrong(value, "unknown key encoder." + key + base::nearest_hint(key, {"min", "max"}));
    }
    CORTADO_TRY(read_number(value, key, key == "min" ? out.minimum : out.maximum));
  }
  if (node.find("min") == nullptr || node.find("max") == nullptr) {
    return wrong(node, "encoder needs min and max");
  }
  if (!(out.minimum < out.maximum)) return wrong(node, "encoder.min must be below encoder.max");
  return {};
}

base::Result<EncoderOverride> read_override(const base::OptionNode& node) {
  if (node.kind != base::OptionNode::Kind::kMapping) return wrong(node, "each item is a mapping");
  EncoderOverride result;
  for (const auto& [key, value] : node.fields) {
    if (key == "device" && value.kind == base::OptionNode::Kind::kScalar) {
      result.device = value.scalar;
    } else if (key == "encoder") {
      CORTADO_TRY(read_encoder(value, result));
    } else {
      return wrong(value, "unknown key or wrong form: " + key +
                              base::nearest_hint(key, {"device", "encoder"}));
    }
  }
  if (result.device.empty() || node.find("encoder") == nullptr) {
    return wrong(node, "each item needs device and encoder");
  }
  return result;
}

base::OptionNode print_override(const EncoderOverride& item) {
  base::OptionNode range;
  range.kind = base::OptionNode::Kind::kMapping;
  range.fields = {{"min", base::OptionNode::make_scalar(base::print_number(item.minimum))},
                  {"max", base::OptionNode::make_scalar(base::print_number(item.maximum))}};
  base::OptionNode node;
  node.kind = base::OptionNode::Kind::kMapping;
  node.fields = {{"device", base::OptionNode::make_scalar(item.device)},
                 {"encoder", std::move(range)}};
  return node;
}

base::Option bind_overrides(std::vector<EncoderOverride>& field) {
  base::Option option;
  option.path = "detector.overrides";
  option.type = "list";
  option.help =
      "Ranges of the value encoder for devices by pattern (* and ?); the first that matches wins. "
      "seed divides the range into 100 steps, nupic into 130 (none below .001).";
  option.set = [&field](const base::OptionNode& node) -> base::Status {
    if (node.kind != base::OptionNode::Kind::kSequence) return wrong(node, "must be a list");
    std::vector<EncoderOverride> items;
    for (const auto& item : node.items) {
      CORTADO_ASSIGN(auto read, read_override(item));
      items.push_back(std::move(read));
    }
    field = std::move(items);
    return {};
  };
  option.get = [&field] {
    base::OptionNode node;
    node.kind = base::OptionNode::Kind::kSequence;
    for (const auto& item : field) node.items.push_back(print_override(item));
    return node;
  };
  return option;
}

base::Option bind_warm_up(std::optional<std::int64_t>& field) {
  const auto number = std::make_shared<std::int64_t>(0);
  base::Option option = base::bind_integer(
      {.path = "detector.warm_up",
       .help = "Valid records until a device leaves warming: before, it gets no score and never "
               "alarms. Empty: 100 for multiscale, 400 for the others.",
       .unit = "records"},
      *number, 0, 1'000'000);
  option.may_be_empty = true;
  option.set = [&field, number, set = option.set](const base::OptionNode& node) -> base::Status {
    if (node.kind == base::OptionNode::Kind::kScalar && node.scalar.empty()) {
      field.reset();
      return {};
    }
    CORTADO_TRY(set(node));
    field = *number;
    return {};
  };
  option.get = [&field] {
    return base::OptionNode::make_scalar(field ? std::to_string(*field) : "");
  };
  return option;
}

}  // namespace

std::int64_t warm_up_of(const DetectorConfig& config) {
  constexpr std::int64_t kNetwork = 400;     // a network of four cells a column is slow to settle
  constexpr std::int64_t kMultiscale = 100;  // its tails and ranges are of use by then
  return config.warm_up.value_or(config.preset == Preset::kMultiscale ? kMultiscale : kNetwork);
}

base::Options describe(DetectorConfig& config) {
  base::Options options = {
      base::bind_choice(
          {.path = "detector.preset",
           .help = "The model: multiscale (the detector of docs/detection.md: several "
                   "scales, calibrated scores; its constants are "
                   "detector.advanced.*), seed (an HTM network of season and value, "
                   "the original's: for comparisons), nupic (that of NuPIC's detector "
                   "in the Numenta Anomaly Benchmark, of the time of day and value: "
                   "for comparisons) or last_value (forecasts the last value, never "
                   "alarms: a baseline, and the cost of all but the model)."},
          config.preset, {"seed", "nupic", "last_value", "multiscale"}),
      base::bind_choice({.path = "detector.forecaster",
                         .help = "What forecasts the next value: sdr_classifier (the original's) "
                                 "or change (a small regression that is never materially worse "
                                 "than repeating the last value). Anomaly scores do not depend on "
                                 "it."},
                        config.forecaster, {"sdr_classifier", "change"}),
      base::bind_integer({.path = "detector.seed",
                          .help = "Chooses pools, permanences and draws; another one gives other "
                                  "scores of the same quality."},
                         config.seed, 0, INT64_MAX),
      bind_warm_up(config.warm_up),
      base::bind_boolean({.path = "detector.reject_negative",
                          .help = "Values below 0 are impossible: such records are invalid and "
                                  "never reach the model."},
                         config.reject_negative),
      bind_overrides(config.overrides),
  };
  for (auto& option : describe(config.faults)) options.push_back(std::move(option));
  for (auto& option : describe(config.advanced)) options.push_back(std::move(option));
  for (auto& option : describe(config.alerts)) options.push_back(std::move(option));
  return options;
}

}  // namespace cortado::detector
