// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/detector/detector_config.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// What a contender says of one reading.
struct Verdict {
  double score = 0;                  ///< 0..1, more = stranger; 0 where it has nothing to say yet
  std::optional<double> prediction;  ///< of this reading, made before it was seen
  std::optional<double> low;         ///< the band in which it was expected
  std::optional<double> high;
};

/// Scores one series. It is given one reading at a time and nothing else, so that no later reading,
/// no length and no range of the whole can reach it. One thread at a time.
class SeriesScorer {
 public:
  virtual ~SeriesScorer() = default;
  virtual Verdict update(const Reading& reading) = 0;
};

/// A way to detect anomalies, under test. Thread-safe.
class Contender {
 public:
  virtual ~Contender() = default;
  virtual const std::string& name() const = 0;
  /// The score from which on it alarms, as shipped.
  virtual double threshold() const = 0;
  virtual std::unique_ptr<SeriesScorer> start(std::string_view device) const = 0;
};

/// Tell whether a preset emits `score`; the others are judged by their raw anomaly.
bool has_score(detector::Preset preset);
/// Return where a preset alarms: .5 of the score, or .7 of the raw anomaly.
double alarm_threshold(detector::Preset preset);

/// Return Cortado's detector as a contender: `score` and its boundary .5; of presets that have no
/// score the raw anomaly and its boundary .7. Nothing counts while warming. **Errors:**
/// kInvalidConfig.
base::Result<std::unique_ptr<Contender>> make_detector(std::string name,
                                                       const detector::DetectorConfig& config);

/// What a detector must beat: each needs a few numbers of state, scores from the 31st reading on
/// and alarms at four standard deviations.
enum class Baseline {
  kEwma,            ///< z-score against an exponentially weighted mean and deviation (weight .05)
  kGaussian,        ///< z-score against mean and deviation of all the past
  kDifference,      ///< the same of the differences between neighbours
  kEwmaDifference,  ///< kEwma of the differences between neighbours
  kLastValue        ///< the distance from the last value, in units of its mean over all the past
};
inline constexpr std::size_t kBaselines = 5;

std::unique_ptr<Contender> make_baseline(Baseline baseline);
std::vector<std::unique_ptr<Contender>> make_baselines();

}  // namespace cortado::evaluate
