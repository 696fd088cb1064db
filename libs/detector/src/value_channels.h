// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tail_surprise.h"

namespace cortado::detector {

/// How far a value lies beyond all before it, in shares of their range: a hundredth is `base`, each
/// ten times as far one more. Bounded by how improbable the distribution's tail says it is, so that
/// a series that keeps reaching new heights does not alarm at each.
class RangeChannel {
 public:
  explicit RangeChannel(const MultiscaleConfig& config)
      : base_(config.range_base),
        unit_(config.range_unit),
        gate_(config.range_gate),
        tails_(TailRules(config)) {}

  /// Return the evidence, 0 to kHighestSurprise, then learn the value.
  double add(double value);
  std::size_t bytes() const { return tails_.bytes(); }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  double evidence(double value) const;

  double base_;
  double unit_;
  double gate_;
  bool started_ = false;
  double lowest_ = 0;
  double highest_ = 0;
  TwoTails tails_;
};

/// How improbable a value's change is, and its distance from a moving mean: tail surprise of both.
class ResidualChannel {
 public:
  explicit ResidualChannel(const MultiscaleConfig& config)
      : memory_(config.residual_memory),
        changes_(TailRules(config)),
        distances_(TailRules(config)) {}

  /// Return the evidence, 0 to kHighestSurprise, then learn the value.
  double add(double value);
  std::size_t bytes() const { return changes_.bytes() + distances_.bytes(); }

  void save(base::ByteWriter& out) const;
  bool load(base::ByteReader& in);

 private:
  double memory_;  ///< share of a value that goes into the moving mean
  bool started_ = false;
  double last_ = 0;
  double mean_ = 0;
  TwoTails changes_;
  TwoTails distances_;
};

}  // namespace cortado::detector
