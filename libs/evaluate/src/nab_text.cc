// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "cortado/evaluate/nab_report.h"
#include "forecasts.h"
#include "print.h"

namespace cortado::evaluate {
namespace {

void print_profile(std::string_view label, const ProfileFigures& profile, std::string& out) {
  print(out, "%-12s %-20s", std::string(label).c_str(), profile.name.c_str());
  for (const Choice choice : kChoices) {
    double low = profile.seeds.front().of(choice);
    double high = low;
    for (const ByChoice& seed : profile.seeds) {
      low = std::min(low, seed.of(choice));
      high = std::max(high, seed.of(choice));
    }
    print(out, "  %6.2f (%6.2f..%6.2f)", profile.mean.of(choice), low, high);
  }
  out += '\n';
}

void print_groups(const NabReport& report, std::string& out) {
  struct Sums {
    std::size_t files = 0;
    std::size_t windows = 0;
    double missed = 0;
    double false_rows = 0;
  };
  std::map<std::string, Sums> groups;
  for (const SeriesFigures& series : report.series) {
    Sums& sums = groups[series.group];
    ++sums.files;
    sums.windows += series.windows;
    sums.missed += series.missed;
    sums.false_rows += series.false_rows;
  }
  print(out, "\nat the shipped threshold %g:\n%-24s %-6s %6s %8s %8s %11s\n", report.threshold,
        "group", "half", "files", "windows", "missed", "false rows");
  for (const auto& [name, sums] : groups) {
    const char* const half = belongs(name, Half::kTune)     ? "tune"
                             : belongs(name, Half::kReport) ? "report"
                                                            : "-";
    print(out, "%-24s %-6s %6zu %8zu %8.1f %11.1f\n", name.c_str(), half, sums.files, sums.windows,
          sums.missed, sums.false_rows);
  }
}

void print_differences(const std::vector<NabDifference>& differences, std::string& out) {
  if (differences.empty()) return;
  print(out, "\nbetter than the reference by (90%% of resampled file sets, p of not better):\n");
  for (const NabDifference& one : differences) {
    print(out, "%-12s %-20s %-10s %+7.2f (%+7.2f..%+7.2f)  p %.3f\n",
          std::string(to_string(one.half)).c_str(), one.profile.c_str(),
          std::string(to_string(one.choice)).c_str(), one.difference, one.low, one.high, one.p);
  }
}

}  // namespace

std::string to_text(const NabReport& report, const NabExtras& extras) {
  std::string out;
  print(out, "%s on %zu files, %zu rows, %zu seeds\n\n%-12s %-20s  %-24s  %-24s  %-24s\n",
        report.detector.c_str(), report.series.size(), report.rows,
        std::max<std::size_t>(1, report.seeds.size()), "files", "profile", "optimised", "fixed",
        "leave one group out");
  for (const HalfFigures& half : report.halves) {
    for (const auto& profile : half.profiles) print_profile(to_string(half.half), profile, out);
  }
  if (extras.without_htm) {
    for (const auto& profile : extras.without_htm->halves.front().profiles)
      print_profile("without HTM", profile, out);
  }
  print_groups(report, out);
  print_differences(extras.against, out);
  if (!extras.forecasts.empty()) {
    std::vector<std::string> names;
    for (const auto& series : report.series) names.push_back(series.name);
    out += forecast_table(names, extras.forecasts);
  }
  return out;
}

}  // namespace cortado::evaluate
