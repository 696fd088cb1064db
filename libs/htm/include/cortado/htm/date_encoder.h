// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/htm/sdr.h"

namespace cortado::htm {

/// Which parts a time is encoded into, in this order; a width of 0 leaves a part out.
struct DateEncoderConfig {
  std::int64_t season_width = 31;
  double season_radius_days = 91.5;
  std::int64_t weekend_width = 0;
  std::int64_t time_of_day_width = 0;
  double time_of_day_radius_hours = 9.49;
};

/// Describe the keys under `prefix`.
base::Options describe(DateEncoderConfig& config, const std::string& prefix);

/// What the encoder reads off a time, UTC, Gregorian calendar.
struct CalendarTime {
  std::int64_t year;
  std::int64_t day_of_year;  ///< from 0
  std::int64_t weekday;      ///< 0 = Monday
  double hour;               ///< 0 <= hour < 24
};

/// Split milliseconds since 1970-01-01T00:00:00Z; all of int64 is allowed.
CalendarTime to_calendar(std::int64_t epoch_ms);

/// Turns a time into the season (day of the year on a circle of 366 days), weekend or not, and the
/// time of day (a circle of 24 hours). A circle has ceil(width * period / radius) bits.
///
/// **Source:** Purdy, "Encoding Data for HTM Systems", 2016, section "Encoding time and dates".
class DateEncoder {
 public:
  /// **Errors:** kInvalidConfig: an even width or a radius not above 0.
  static base::Result<DateEncoder> create(const DateEncoderConfig& config);

  std::uint32_t size() const { return season_bits_ + 2 * weekend_width_ + day_bits_; }
  /// Append the bits of a time, moved up by `offset`.
  void encode(std::int64_t epoch_ms, std::uint32_t offset, Sdr& out) const;

 private:
  DateEncoder() = default;

  std::uint32_t season_width_ = 0;
  std::uint32_t season_bits_ = 0;
  std::uint32_t weekend_width_ = 0;
  std::uint32_t day_width_ = 0;
  std::uint32_t day_bits_ = 0;
};

}  // namespace cortado::htm
