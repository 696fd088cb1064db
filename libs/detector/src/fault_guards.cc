// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "fault_guards.h"

#include <algorithm>
#include <cmath>

#include "glob.h"

namespace cortado::detector {
namespace {

constexpr double kIrregular = 1.5;           // usual intervals
constexpr double kLearned = 1.25;            // of the usual length, from one strange length
constexpr std::int64_t kFewestChanges = 20;  // until runs of equal values mean anything

std::optional<ValueLimits> limits_of(const FaultConfig& config, std::string_view device) {
  if (!config.out_of_range) return std::nullopt;
  for (const auto& item : config.limits) {
    if (glob_match(item.device, device)) return item;
  }
  return std::nullopt;
}

}  // namespace

void LengthGuard::learn(double length) {
  if (length <= usual_) return;
  usual_ = strange(length) ? std::min(length, std::max(usual_ * kLearned, least_)) : length;
}

bool LengthGuard::rare(std::int64_t others) {
  ++strange_;
  return strange_ == 1 || others / every_ >= strange_;
}

bool LengthGuard::load(base::ByteReader& in) {
  usual_ = in.f64();
  strange_ = in.i64();
  return in.ok() && std::isfinite(usual_) && usual_ >= 0 && strange_ >= 0;
}

bool FlatGuard::add(double value) {
  if (run_ > 0 && value == last_) {
    ++run_;
  } else {
    if (run_ > 0) {
      ++changes_;
      runs_.learn(static_cast<double>(run_));
    }
    run_ = 1;
    told_ = false;
    last_ = value;
  }
  const bool strange =
      changes_ >= kFewestChanges && !told_ && runs_.strange(static_cast<double>(run_));
  told_ = told_ || strange;
  return strange && runs_.rare(changes_);
}

void FlatGuard::save(base::ByteWriter& out) const {
  runs_.save(out);
  out.i64(changes_);
  out.i64(run_);
  out.u8(told_ ? 1 : 0);
  out.f64(last_);
}

bool FlatGuard::load(base::ByteReader& in) {
  if (!runs_.load(in)) return false;
  changes_ = in.i64();
  run_ = in.i64();
  const std::uint8_t told = in.u8();
  told_ = told == 1;
  last_ = in.f64();
  return in.ok() && told <= 1 && changes_ >= 0 && run_ >= 0 && std::isfinite(last_);
}

base::EpochMillis TimeGuard::usual_interval() const {
  auto sorted = intervals_;
  std::nth_element(sorted.begin(), sorted.begin() + kIntervals / 2, sorted.end());
  return sorted[kIntervals / 2];
}

/// As if one more long interval had been seen: few intervals show nothing.
bool TimeGuard::regular() const {
  return static_cast<double>(irregular_ + 1) <= irregular_share_ * static_cast<double>(seen_ + 1);
}

void TimeGuard::learn(base::EpochMillis interval) {
  const bool known = seen_ >= std::int64_t{kIntervals};
  if (known && static_cast<double>(interval) > kIrregular * static_cast<double>(usual_interval()))
    ++irregular_;
  intervals_[static_cast<std::size_t>(seen_ % std::int64_t{kIntervals})] = interval;
  ++seen_;
}

std::string_view TimeGuard::judge(base::EpochMillis interval) {
  if (seen_ < std::int64_t{kIntervals}) return {};
  const auto usual = static_cast<double>(usual_interval());
  const double length = static_cast<double>(interval) / usual;
  if (interval > ahead_ || length < -back_) return clock_ ? "clock" : std::string_view();
  const bool strange = regular() && gaps_.strange(length) && gaps_.rare(seen_);
  if (interval > 0) gaps_.learn(length);
  return strange && gap_ ? "gap" : std::string_view();
}

std::string_view TimeGuard::add(std::optional<base::EpochMillis> time) {
  if (!time) return {};
  base::EpochMillis interval = 0;
  const bool told = last_ && !__builtin_sub_overflow(*time, *last_, &interval);
  last_ = time;
  if (!told) return {};
  const std::string_view reason = judge(interval);
  if (interval > 0) learn(interval);
  return reason;
}

void TimeGuard::save(base::ByteWriter& out) const {
  gaps_.save(out);
  out.u8(last_ ? 1 : 0);
  out.i64(last_.value_or(0));
  for (const auto interval : intervals_) out.i64(interval);
  out.i64(seen_);
  out.i64(irregular_);
}

bool TimeGuard::load(base::ByteReader& in) {
  if (!gaps_.load(in)) return false;
  const std::uint8_t present = in.u8();
  const base::EpochMillis last = in.i64();
  if (present == 1) last_ = last;
  for (auto& interval : intervals_) interval = in.i64();
  seen_ = in.i64();
  irregular_ = in.i64();
  const auto filled = static_cast<std::size_t>(std::clamp<std::int64_t>(seen_, 0, kIntervals));
  const bool good = std::all_of(intervals_.begin(), intervals_.begin() + static_cast<int>(filled),
                                [](auto interval) { return interval > 0; });
  return in.ok() && present <= 1 && seen_ >= 0 && irregular_ >= 0 && irregular_ <= seen_ && good;
}

LimitGuard::LimitGuard(const FaultConfig& config, std::string_view device)
    : limits_(limits_of(config, device)) {}

bool LimitGuard::add(double value) {
  const bool beyond = limits_ && (value < limits_->low || value > limits_->high);
  const bool first = beyond && !beyond_;
  beyond_ = beyond;
  return first;
}

bool LimitGuard::load(base::ByteReader& in) {
  const std::uint8_t beyond = in.u8();
  beyond_ = beyond == 1;
  return in.ok() && beyond <= 1;
}

std::string_view FaultGuards::add(double value, std::optional<base::EpochMillis> time) {
  const bool flat = flat_.add(value) && flat_line_;
  const std::string_view late = time_.add(time);
  if (limit_.add(value)) return "range";
  if (!late.empty()) return late;
  return flat ? "flat" : std::string_view();
}

void FaultGuards::save(base::ByteWriter& out) const {
  flat_.save(out);
  time_.save(out);
  limit_.save(out);
}

bool FaultGuards::load(base::ByteReader& in) {
  return flat_.load(in) && time_.load(in) && limit_.load(in);
}

}  // namespace cortado::detector
