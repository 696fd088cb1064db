// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "alert_policy.h"

#include <algorithm>
#include <cmath>

namespace cortado::detector {
namespace {

constexpr double kLongestPause = 10;  // alarms' worth of time that one interval may count for
constexpr double kHighestRaise = 1000;

}  // namespace

AlertPolicy::AlertPolicy(const AlertRules& rules, double cut, double least)
    : rules_(rules),
      budget_(parse_budget(rules.budget).value()),  // checked when the detector was made
      cut_(cut),
      least_(std::min(least, cut)) {}

double AlertPolicy::cut() const {
  return budget_.count > 0 ? std::max(least_, cut_ + raise_) : cut_;
}

bool AlertPolicy::worthwhile(double value, double prediction) const {
  if (rules_.direction == AlertDirection::kUp && value <= prediction) return false;
  if (rules_.direction == AlertDirection::kDown && value >= prediction) return false;
  const double distance = std::abs(value - prediction);
  return distance >= rules_.min_absolute && distance >= rules_.min_relative * std::abs(prediction);
}

/// How many alarms the budget has for the time since the last record.
double AlertPolicy::allowance(std::optional<base::EpochMillis> time) const {
  if (budget_.records > 0) return budget_.count / static_cast<double>(budget_.records);
  if (!time || !newest_ || *time <= *newest_) return 0;
  const double passed = static_cast<double>(*time) - static_cast<double>(*newest_);
  return std::min(kLongestPause,
                  passed * budget_.count / static_cast<double>(budget_.milliseconds));
}

void AlertPolicy::add(bool alarm, std::optional<base::EpochMillis> time) {
  if (budget_.count > 0) {
    const double lowest = least_ - cut_;
    raise_ = std::clamp(raise_ - allowance(time) + (alarm ? 1.0 : 0.0), lowest, kHighestRaise);
  }
  if (time) newest_ = std::max(newest_.value_or(*time), *time);
}

void AlertPolicy::save(base::ByteWriter& out) const {
  out.f64(raise_);
  out.u8(newest_ ? 1 : 0);
  out.i64(newest_.value_or(0));
}

bool AlertPolicy::load(base::ByteReader& in) {
  raise_ = in.f64();
  const std::uint8_t present = in.u8();
  const base::EpochMillis newest = in.i64();
  if (present == 1) newest_ = newest;
  return in.ok() && present <= 1 && std::abs(raise_) <= kHighestRaise;
}

}  // namespace cortado::detector
