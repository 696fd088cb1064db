// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "cortado/base/random.h"
#include "cortado/evaluate/evaluation.h"

namespace cortado::evaluate {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr std::uint64_t kSeed = 50;

/// How often each series is in a resample.
using Counts = std::vector<std::int64_t>;

Counts draw(std::size_t series, base::Random& random) {
  Counts counts(series, 0);
  for (std::size_t i = 0; i < series; ++i) ++counts[random.below(series)];
  return counts;
}

/// One contender's tallies as numbers in a row, so that thousands of sums are cheap.
class Tallies {
 public:
  Tallies(const ContenderFigures& figures, const std::vector<std::string>& classes)
      : width_(1 + 2 * classes.size()) {
    for (const auto& run : figures.tallies) {
      auto& numbers = runs_.emplace_back();
      for (const EventTally& tally : run) {
        numbers.push_back(tally.false_alarms);
        for (const auto& name : classes) {
          const auto at = tally.faults.find(name);
          const FaultTally fault = name.empty()               ? tally.all
                                   : at != tally.faults.end() ? at->second
                                                              : FaultTally{};
          numbers.push_back(fault.windows);
          numbers.push_back(fault.hits);
        }
      }
    }
  }

  /// The mean F1 over the runs for each class; the first class is all.
  std::vector<double> f1(const Counts& counts) const {
    std::vector<double> means((width_ - 1) / 2, 0.0);
    for (const auto& numbers : runs_) {
      std::vector<double> sums(width_, 0.0);
      for (std::size_t i = 0; i < counts.size(); ++i) {
        for (std::size_t n = 0; n < width_; ++n)
          sums[n] += static_cast<double>(counts[i] * numbers[i * width_ + n]);
      }
      for (std::size_t c = 0; c < means.size(); ++c) {
        const double windows = sums[1 + 2 * c];
        const double hits = sums[2 + 2 * c];
        const double wrong = sums[1] > 0 ? sums[0] * windows / sums[1] : 0;
        const double whole = hits + windows + wrong;
        if (whole > 0) means[c] += 2 * hits / whole / static_cast<double>(runs_.size());
      }
    }
    return means;
  }

 private:
  std::size_t width_;
  std::vector<std::vector<std::int64_t>> runs_;
};

std::vector<std::string> classes_of(const ContenderFigures& figures) {
  std::vector<std::string> classes{""};
  for (const FaultFigures& fault : figures.at_rate.faults) {
    if (!fault.fault.empty()) classes.push_back(fault.fault);
  }
  return classes;
}

FaultLead lead_of(std::string fault, double difference, std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const auto not_better = std::upper_bound(samples.begin(), samples.end(), 0.0) - samples.begin();
  return {.fault = std::move(fault),
          .difference = difference,
          .low = samples[kResamples / 20],
          .high = samples[kResamples - 1 - kResamples / 20],
          .p = static_cast<double>(not_better) / static_cast<double>(kResamples)};
}

std::vector<FaultLead> compare(const Tallies& first, const Tallies& other,
                               const std::vector<std::string>& classes, std::size_t series) {
  std::vector<std::vector<double>> samples(classes.size());
  base::Random random(kSeed);
  for (std::size_t i = 0; i < kResamples; ++i) {
    const Counts counts = draw(series, random);
    const auto ours = first.f1(counts);
    const auto theirs = other.f1(counts);
    for (std::size_t c = 0; c < classes.size(); ++c) samples[c].push_back(ours[c] - theirs[c]);
  }
  const Counts once(series, 1);
  const auto ours = first.f1(once);
  const auto theirs = other.f1(once);
  std::vector<FaultLead> leads;
  for (std::size_t c = 0; c < classes.size(); ++c)
    leads.push_back(lead_of(classes[c], ours[c] - theirs[c], std::move(samples[c])));
  return leads;
}

}  // namespace

void compare_with_first(std::vector<ContenderFigures>& contenders) {
  if (contenders.empty() || contenders.front().tallies.empty()) return;
  const std::size_t series = contenders.front().tallies.front().size();
  const auto classes = classes_of(contenders.front());
  const Tallies first(contenders.front(), classes);
  for (std::size_t i = 1; i < contenders.size() && series > 0; ++i)
    contenders[i].leads = compare(first, Tallies(contenders[i], classes), classes, series);
}

}  // namespace cortado::evaluate
