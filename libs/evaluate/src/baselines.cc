// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "cortado/evaluate/contender.h"

namespace cortado::evaluate {
namespace {

constexpr std::int64_t kWarmUp = 30;
constexpr double kEwmaWeight = 0.05;
/// Where the score is .5.
constexpr double kAlarmDeviations = 4;
/// Of a series that never moved any change is endlessly strange; a number can still be ordered.
constexpr double kMostDeviations = 1e6;

constexpr std::array<const char*, kBaselines> kNames = {"ewma", "gaussian", "difference",
                                                        "ewma_difference", "last_value"};

double score_of(double deviations) { return deviations / (deviations + kAlarmDeviations); }

double ratio(double distance, double unit) {
  if (!(unit > 0)) return distance > 0 ? kMostDeviations : 0;
  return std::min(distance / unit, kMostDeviations);
}

/// Mean and deviation of the past, weighted or not.
class Moments {
 public:
  explicit Moments(double least_weight) : least_weight_(least_weight) {}

  /// How many deviations a value lies from the mean of those before it.
  double deviations(double value) const {
    return ratio(std::abs(value - mean_), std::sqrt(variance_));
  }
  void learn(double value) {
    const double weight = std::max(least_weight_, 1.0 / static_cast<double>(++count_));
    const double step = value - mean_;
    const double variance = (1 - weight) * (variance_ + weight * step * step);
    // Squares beyond what a double holds would spoil the statistics for good.
    if (!std::isfinite(variance)) return;
    mean_ += weight * step;
    variance_ = variance;
  }
  std::int64_t count() const { return count_; }

 private:
  double least_weight_;
  std::int64_t count_ = 0;
  double mean_ = 0;
  double variance_ = 0;
};

class ZScorer final : public SeriesScorer {
 public:
  ZScorer(double least_weight, bool differences)
      : moments_(least_weight), differences_(differences) {}

  Verdict update(const Reading& reading) override {
    if (!reading.value || !std::isfinite(*reading.value)) return {};
    Verdict verdict;
    verdict.prediction = last_;
    if (!differences_ || last_) {
      const double input = differences_ ? *reading.value - *last_ : *reading.value;
      if (moments_.count() >= kWarmUp) verdict.score = score_of(moments_.deviations(input));
      moments_.learn(input);
    }
    last_ = reading.value;
    return verdict;
  }

 private:
  Moments moments_;
  bool differences_;
  std::optional<double> last_;
};

class LastValueScorer final : public SeriesScorer {
 public:
  Verdict update(const Reading& reading) override {
    if (!reading.value || !std::isfinite(*reading.value)) return {};
    Verdict verdict;
    verdict.prediction = last_;
    if (last_) {
      const double distance = std::abs(*reading.value - *last_);
      if (count_ >= kWarmUp)
        verdict.score = score_of(ratio(distance, sum_ / static_cast<double>(count_)));
      ++count_;
      if (std::isfinite(sum_ + distance)) sum_ += distance;
    }
    last_ = reading.value;
    return verdict;
  }

 private:
  std::optional<double> last_;
  double sum_ = 0;
  std::int64_t count_ = 0;
};

class BaselineContender final : public Contender {
 public:
  explicit BaselineContender(Baseline baseline)
      : baseline_(baseline), name_(kNames[static_cast<std::size_t>(baseline)]) {}

  const std::string& name() const override { return name_; }
  double threshold() const override { return 0.5; }
  std::unique_ptr<SeriesScorer> start(std::string_view) const override {
    const bool ewma = baseline_ == Baseline::kEwma || baseline_ == Baseline::kEwmaDifference;
    const bool differences =
        baseline_ == Baseline::kDifference || baseline_ == Baseline::kEwmaDifference;
    if (baseline_ == Baseline::kLastValue) return std::make_unique<LastValueScorer>();
    return std::make_unique<ZScorer>(ewma ? kEwmaWeight : 0.0, differences);
  }

 private:
  Baseline baseline_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Contender> make_baseline(Baseline baseline) {
  return std::make_unique<BaselineContender>(baseline);
}

std::vector<std::unique_ptr<Contender>> make_baselines() {
  std::vector<std::unique_ptr<Contender>> all;
  for (std::size_t i = 0; i < kBaselines; ++i)
    all.push_back(make_baseline(static_cast<Baseline>(i)));
  return all;
}

}  // namespace cortado::evaluate
