// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/detector/multiscale_config.h"
#include "running_moments.h"

namespace cortado::detector {

struct LikelihoodRules {
  LikelihoodRules(const MultiscaleConfig& config, const MultiscaleConfig::Likelihood& scale)
      : window(scale.window),
        warm_up(scale.warm_up),
        learning(
            static_cast<std::int64_t>(static_cast<double>(scale.warm_up) * config.learning_share)),
        refresh(config.refresh),
        mean_floor(config.mean_floor),
        variance_floor(config.variance_floor),
        variance_doubt(config.variance_doubt),
        onset(config.onset) {}

  std::int64_t window;
  std::int64_t warm_up;
  std::int64_t learning;
  std::int64_t refresh;
  double mean_floor;
  double variance_floor;
  double variance_doubt;
  double onset;
};

/// How improbable the raw scores of late are, by the normal distribution of all their moving
/// averages before. Only the onset of something strange is evidence: when this sample and the one
/// before are, the evidence is 0.
///
/// **Source:** Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms", 2015
/// (anomaly likelihood), with the distribution of the whole past.
class Likelihood {
 public:
  explicit Likelihood(const LikelihoodRules& rules)
      : rules_(rules), window_(static_cast<std::size_t>(rules.window), 0.0) {}

  /// Return the evidence of a raw score, 0 to kHighestSurprise; 0 while warming.
  double add(double raw);

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  double average() const;

  LikelihoodRules rules_;
  std::vector<double> window_;  ///< a ring
  std::size_t next_ = 0;
  std::int64_t samples_ = 0;
  RunningMoments averages_;  ///< without those of the first samples
  double mean_ = 0;          ///< as last refreshed
  double deviation_ = 0;     ///< as last refreshed
  double last_ = 0;          ///< unfiltered evidence of the sample before
};

}  // namespace cortado::detector
