// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cortado/base/random.h"
#include "cortado/evaluate/nab_report.h"

namespace cortado::evaluate {
namespace {

constexpr std::size_t kResamples = 10'000;
constexpr std::uint64_t kSeed = 58;

/// What one file brings to both sums.
struct Pair {
  double ours = 0;
  double theirs = 0;
  std::size_t windows = 0;
};

double difference(double points, std::size_t windows, const NabProfile& profile) {
  const auto count = static_cast<double>(windows);
  // The null score cancels.
  return 100.0 * points / ((profile.true_positive + profile.false_negative) * count);
}

void bootstrap(const std::vector<Pair>& pairs, const NabProfile& profile, NabDifference& result) {
  double points = 0;
  std::size_t windows = 0;
  for (const Pair& pair : pairs) {
    points += pair.ours - pair.theirs;
    windows += pair.windows;
  }
  result.difference = difference(points, windows, profile);
  base::Random random(kSeed);
  std::vector<double> samples;
  while (samples.size() < kResamples) {
    points = 0;
    windows = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const Pair& pair = pairs[random.below(pairs.size())];
      points += pair.ours - pair.theirs;
      windows += pair.windows;
    }
    if (windows > 0) samples.push_back(difference(points, windows, profile));
  }
  std::sort(samples.begin(), samples.end());
  result.low = samples[kResamples / 20];
  result.high = samples[kResamples - 1 - kResamples / 20];
  const auto not_better = std::upper_bound(samples.begin(), samples.end(), 0.0) - samples.begin();
  result.p = static_cast<double>(not_better) / static_cast<double>(kResamples);
}

bool same_files(const NabReport& a, const NabReport& b) {
  return std::equal(a.series.begin(), a.series.end(), b.series.begin(), b.series.end(),
                    [](const SeriesFigures& x, const SeriesFigures& y) {
                      return x.name == y.name && x.windows == y.windows;
                    });
}

}  // namespace

base::Result<std::vector<NabDifference>> compare(const NabReport& report,
                                                 const NabReport& reference) {
  if (!same_files(report, reference) || report.profiles.size() != reference.profiles.size()) {
    return base::Error(base::ErrorCode::kInvalidArgument,
                       "the reference was made from other files; make it anew from this folder");
  }
  std::vector<NabDifference> all;
  for (std::size_t half = 0; half < report.halves.size(); ++half) {
    if (report.halves[half].windows == 0) continue;
    for (std::size_t profile = 0; profile < report.profiles.size(); ++profile) {
      for (const Choice choice : kChoices) {
        std::vector<Pair> pairs;
        for (std::size_t i = 0; i < report.series.size(); ++i) {
          const SeriesFigures& ours = report.series[i];
          if (!belongs(ours.group, report.halves[half].half)) continue;
          pairs.push_back({ours.points[half][profile].of(choice),
                           reference.series[i].points[half][profile].of(choice), ours.windows});
        }
        NabDifference& result = all.emplace_back();
        result.half = report.halves[half].half;
        result.profile = report.profiles[profile].name;
        result.choice = choice;
        bootstrap(pairs, report.profiles[profile], result);
      }
    }
  }
  return all;
}

}  // namespace cortado::evaluate
