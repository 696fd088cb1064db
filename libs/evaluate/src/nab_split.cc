// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "cortado/evaluate/nab_report.h"

namespace cortado::evaluate {
namespace {

// docs/detection.md has the rule: committed before anything was tuned, and not to be changed.
constexpr std::array<std::string_view, 4> kTune = {"artificialNoAnomaly", "realAdExchange",
                                                   "realKnownCause", "realTraffic"};
constexpr std::array<std::string_view, 3> kReport = {"artificialWithAnomaly", "realAWSCloudwatch",
                                                     "realTweets"};

}  // namespace

std::string_view to_string(Half half) {
  constexpr std::string_view kNames[] = {"all", "tune", "report"};
  return kNames[static_cast<std::size_t>(half)];
}

bool belongs(std::string_view group, Half half) {
  switch (half) {
    case Half::kTune:
      return std::find(kTune.begin(), kTune.end(), group) != kTune.end();
    case Half::kReport:
      return std::find(kReport.begin(), kReport.end(), group) != kReport.end();
    case Half::kAll:
      break;
  }
  return true;
}

std::string_view to_string(Choice choice) {
  constexpr std::string_view kNames[] = {"optimised", "fixed", "logo"};
  return kNames[static_cast<std::size_t>(choice)];
}

double& ByChoice::of(Choice choice) {
  if (choice == Choice::kOptimised) return optimised;
  return choice == Choice::kFixed ? fixed : logo;
}

double ByChoice::of(Choice choice) const {
  if (choice == Choice::kOptimised) return optimised;
  return choice == Choice::kFixed ? fixed : logo;
}

}  // namespace cortado::evaluate
