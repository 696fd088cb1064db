// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/nab_report.h"

#include <set>

namespace cortado::evaluate {
namespace {

/// Scores one run under one profile and adds it to a report.
class Scoring {
 public:
  Scoring(const NabFolder& folder, const RunResult& run, std::size_t profile, std::size_t seeds,
          NabReport& report)
      : folder_(folder),
        profile_(profile),
        share_(1.0 / static_cast<double>(seeds)),
        scorer_(folder.series, run, folder.profiles[profile]),
        report_(report) {}

  void add() {
    const auto fixed = scorer_.tally(report_.threshold);
    if (profile_ == 0) count_mistakes(fixed);
    for (std::size_t half = 0; half < report_.halves.size(); ++half) {
      if (report_.halves[half].windows > 0) add_half(half, fixed);
    }
  }

 private:
  bool in(std::size_t half, std::size_t series) const {
    return belongs(folder_.series[series].group, report_.halves[half].half);
  }

  void count_mistakes(const std::vector<NabTally>& fixed) {
    for (std::size_t i = 0; i < fixed.size(); ++i) {
      report_.series[i].missed += share_ * static_cast<double>(fixed[i].missed);
      report_.series[i].false_rows += share_ * static_cast<double>(fixed[i].false_rows);
    }
  }

  void add_half(std::size_t half, const std::vector<NabTally>& fixed) {
    ByChoice sums;
    const NabBest best = scorer_.best([&](std::size_t i) { return in(half, i); });
    add_points(half, Choice::kFixed, fixed, {}, sums);
    add_points(half, Choice::kOptimised, scorer_.tally(best.threshold), {}, sums);
    std::set<std::string> groups;
    for (std::size_t i = 0; i < folder_.series.size(); ++i) {
      if (in(half, i)) groups.insert(folder_.series[i].group);
    }
    for (const auto& group : groups) {
      const NabBest others = scorer_.best(
          [&](std::size_t i) { return in(half, i) && folder_.series[i].group != group; });
      add_points(half, Choice::kLogo, scorer_.tally(others.threshold), group, sums);
    }
    HalfFigures& figures = report_.halves[half];
    ProfileFigures& profile = figures.profiles[profile_];
    for (const Choice choice : kChoices) {
      double& sum = sums.of(choice);
      sum = nab_normalised(sum, figures.windows, folder_.profiles[profile_]);
      profile.mean.of(choice) += share_ * sum;
    }
    profile.seeds.push_back(sums);
    profile.thresholds.push_back(best.threshold);
  }

  /// `group` empty = every series of the half.
  void add_points(std::size_t half, Choice choice, const std::vector<NabTally>& tallies,
                  const std::string& group, ByChoice& sums) {
    for (std::size_t i = 0; i < tallies.size(); ++i) {
      if (!in(half, i) || (!group.empty() && folder_.series[i].group != group)) continue;
      sums.of(choice) += tallies[i].points;
      report_.series[i].points[half][profile_].of(choice) += share_ * tallies[i].points;
    }
  }

  const NabFolder& folder_;
  std::size_t profile_;
  double share_;
  NabScorer scorer_;
  NabReport& report_;
};

HalfFigures empty_half(const NabFolder& folder, Half half) {
  HalfFigures figures{.half = half, .profiles = {}};
  for (const Series& series : folder.series) {
    if (!belongs(series.group, half)) continue;
    ++figures.files;
    figures.windows += series.windows.size();
  }
  if (figures.windows == 0) return figures;
  for (const auto& profile : folder.profiles) {
    figures.profiles.push_back({.name = profile.name, .mean = {}, .seeds = {}, .thresholds = {}});
  }
  return figures;
}

}  // namespace

NabReport score_nab(const NabFolder& folder, const std::vector<RunResult>& runs, double threshold) {
  NabReport report;
  report.threshold = threshold;
  report.profiles = folder.profiles;
  for (const Half half : kHalves) report.halves.push_back(empty_half(folder, half));
  for (const Series& series : folder.series) {
    report.rows += series.readings.size();
    SeriesFigures figures;
    figures.name = series.name;
    figures.group = series.group;
    figures.windows = series.windows.size();
    figures.points.assign(std::size(kHalves), std::vector<ByChoice>(folder.profiles.size()));
    report.series.push_back(std::move(figures));
  }
  for (const RunResult& run : runs) {
    for (std::size_t profile = 0; profile < folder.profiles.size(); ++profile)
      Scoring(folder, run, profile, runs.size(), report).add();
  }
  return report;
}

}  // namespace cortado::evaluate
