// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cortado/base/bytes.h"
#include "cortado/base/clock.h"
#include "cortado/detector/alert_config.h"

namespace cortado::detector {

/// One device's alarm boundary. With a budget the cut rises by 1, a power of ten of improbability,
/// at each alarm and sinks by 1 in the time that the budget has for one; it never sinks below
/// `least`. Over any time there are at most as many alarms as the budget allows, plus what it takes
/// to raise the cut once beyond all evidence.
///
/// **Source:** stochastic approximation of a quantile (Robbins and Monro 1951).
class AlertPolicy {
 public:
  AlertPolicy(const AlertRules& rules, double cut, double least);

  /// Return the evidence of an alarm at this moment.
  double cut() const;
  /// Return whether the rules find a value's distance from its prediction worth an alarm.
  bool worthwhile(double value, double prediction) const;
  /// Count a record.
  void add(bool alarm, std::optional<base::EpochMillis> time);

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes. The bytes do not depend on the rules.
  bool load(base::ByteReader& in);

 private:
  double allowance(std::optional<base::EpochMillis> time) const;

  AlertRules rules_;
  AlarmBudget budget_;
  double cut_;
  double least_;
  double raise_ = 0;
  std::optional<base::EpochMillis> newest_;
};

}  // namespace cortado::detector
