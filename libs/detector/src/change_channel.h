// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "event_sizes.h"
#include "quantile_tail.h"

namespace cortado::detector {

/// How improbable a change from one value to the next is, in units of what changes have been of
/// late: a jump in a quiet hour is more than one in a stormy one. Told from quantiles, so that
/// neither outliers nor spells of noise in the past hide the next one; bounded by how rare events
/// of such a size have been, so that what happens every day is no news however large it is.
class ChangeChannel {
 public:
  struct Output {
    double evidence = 0;  ///< 0 to kHighestSurprise
    double unrest = 0;    ///< the same without the bound, by either unit: of late, or of always
  };

  explicit ChangeChannel(const MultiscaleConfig& config)
      : memory_(config.change_memory),
        alike_(config.change_alike),
        rarity_(config.change_rarity),
        cut_(config.cut),
        trust_(config.change_trust),
        changes_(config.change_tail),
        relative_(config.change_tail),
        rises_(config.change_apart),
        falls_(config.change_apart) {}

  /// Judge a value's change by all before it, then learn it.
  Output add(double value);
  std::size_t bytes() const {
    return changes_.bytes() + relative_.bytes() + rises_.bytes() + falls_.bytes();
  }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  double relative(double change) const;
  double bound(double change) const;
  void learn(double change);

  double memory_;
  double alike_;
  double rarity_;
  double cut_;
  double trust_;
  bool started_ = false;
  double last_ = 0;
  std::int64_t count_ = 0;  ///< changes so far
  double mean_ = 0;         ///< moving, of the changes
  double variance_ = 0;     ///< moving
  TwoQuantileTails changes_;
  TwoQuantileTails relative_;
  EventSizes rises_;
  EventSizes falls_;
};

}  // namespace cortado::detector
