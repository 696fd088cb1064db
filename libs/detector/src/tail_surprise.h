// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/detector/multiscale_config.h"
#include "surprise.h"
#include "two_sided.h"

namespace cortado::detector {

/// How many of the largest values make a tail: a share of all, within bounds.
struct TailRules {
  explicit TailRules(const MultiscaleConfig& config, double learn_limit = kHighestSurprise)
      : least(config.tail_least),
        most(config.tail_most),
        share(config.tail_share),
        limit(learn_limit) {}

  std::int64_t least;
  std::int64_t most;
  double share;
  double limit;  ///< surprise up to which a value is learned as it is
};

/// How improbable a value is after all before it, told from the largest of them: beyond the k-th
/// largest the excess is taken to fall off exponentially with its mean over the k largest. Holds at
/// most `most` numbers.
///
/// **Source:** peaks over a threshold (Pickands 1975) with shape 0.
class UpperTail {
 public:
  explicit UpperTail(const TailRules& rules) : rules_(rules) {}

  /// Return -log10 of the probability of a value at least as large, 0 to kHighestSurprise; 0 for a
  /// value not above the k-th largest.
  double surprise(double value) const;
  /// Learn a value; one beyond the rules' limit as if it lay there.
  void add(double value);
  std::int64_t count() const { return count_; }
  std::size_t bytes() const { return largest_.capacity() * sizeof(double); }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  /// The k-th largest, and by how much the mean of the larger ones exceeds it.
  struct Tail {
    double threshold;
    double excess;
    double rarity;  ///< surprise of the threshold
  };
  double threshold() const;
  Tail measure() const;
  std::int64_t tail_size() const;

  TailRules rules_;
  std::int64_t count_ = 0;
  std::vector<double> largest_;  ///< descending
};

/// Both tails of a distribution.
class TwoTails : public TwoSided<UpperTail> {
 public:
  explicit TwoTails(const TailRules& rules) : TwoSided(UpperTail(rules)) {}

  double surprise(double value) const {
    const double above = upper().surprise(value);
    return above > 0 ? above : lower().surprise(-value);
  }
};

}  // namespace cortado::detector
