// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluation/contenders.h"

#include <string_view>

namespace cortado::app {
namespace {

/// The key that takes the HTM out of a preset which can do without.
constexpr std::string_view kHtmKey = "detector.advanced.htm";

}  // namespace

std::string preset_name(detector::DetectorConfig config) {
  for (const auto& option : detector::describe(config)) {
    if (option.path == "detector.preset") return option.get().scalar;
  }
  return "";
}

base::Result<Contenders> make_contenders(detector::DetectorConfig config, std::int64_t seeds) {
  Contenders contenders;
  for (std::int64_t i = 0; i < seeds; ++i) {
    SeededContender& one = contenders.emplace_back();
    one.seed = config.seed;
    CORTADO_ASSIGN(one.contender, evaluate::make_detector(preset_name(config), config));
    ++config.seed;
  }
  return contenders;
}

base::Result<Contenders> make_contenders_without_htm(detector::DetectorConfig config,
                                                     std::int64_t seeds) {
  if (preset_name(config) != "multiscale") return Contenders();
  for (const auto& option : detector::describe(config)) {
    if (option.path != kHtmKey) continue;
    CORTADO_TRY(option.set(base::OptionNode::make_scalar("false")));
    return make_contenders(config, seeds);
  }
  return Contenders();
}

Contenders make_baseline_contender(const std::string& name) {
  Contenders contenders;
  for (auto& baseline : evaluate::make_baselines()) {
    if (baseline->name() == name) contenders.push_back({0, std::move(baseline)});
  }
  return contenders;
}

std::vector<const evaluate::Contender*> pointers(const Contenders& contenders) {
  std::vector<const evaluate::Contender*> result;
  for (const auto& one : contenders) result.push_back(one.contender.get());
  return result;
}

}  // namespace cortado::app
