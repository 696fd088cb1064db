// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/htm/date_encoder.h"

#include <cmath>

namespace cortado::htm {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kDaysIn400Years = 146'097;
constexpr double kSeasonPeriodDays = 366;
constexpr double kDayPeriodHours = 24;

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Days before the year, counted within its cycle of 400 years.
std::int64_t days_before(std::int64_t year) {
  return 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

std::uint32_t circle_bits(std::int64_t width, double period, double radius) {
  if (width == 0) return 0;
  return static_cast<std::uint32_t>(std::ceil(static_cast<double>(width) * period / radius));
}

/// Append `width` neighbouring bits centred on the value's place on a circle.
void encode_circle(double value, double period, std::uint32_t width, std::uint32_t bits,
                   std::uint32_t offset, Sdr& out) {
  if (width == 0) return;
  const auto centre = static_cast<std::uint32_t>(value * bits / period);
  const std::uint32_t moved = centre + bits - width / 2;
  const std::uint32_t first = moved < bits ? moved : moved - bits;
  const std::uint32_t wrapped = first + width > bits ? first + width - bits : 0;
  out.append_run(offset, wrapped);
  out.append_run(offset + first, width - wrapped);
}

}  // namespace

base::Options describe(DateEncoderConfig& config, const std::string& prefix) {
  return {
      base::bind_integer({.path = prefix + ".season_width",
                          .help = "Bits on for the day of the year; 0 leaves it out.",
                          .unit = "bits"},
                         config.season_width, 0, 4095),
      base::bind_number({.path = prefix + ".season_radius_days",
                         .help = "Days further apart than this share no bit.",
                         .unit = "days"},
                        config.season_radius_days, 1, 366),
      base::bind_integer({.path = prefix + ".weekend_width",
                          .help = "Bits on for weekend or not; 0 leaves it out.",
                          .unit = "bits"},
                         config.weekend_width, 0, 4095),
      base::bind_integer({.path = prefix + ".time_of_day_width",
                          .help = "Bits on for the time of day; 0 leaves it out.",
                          .unit = "bits"},
                         config.time_of_day_width, 0, 4095),
      base::bind_number({.path = prefix + ".time_of_day_radius_hours",
                         .help = "Times further apart than this share no bit.",
                         .unit = "hours"},
                        config.time_of_day_radius_hours, 0.1, 24),
  };
}

CalendarTime to_calendar(std::int64_t epoch_ms) {
  const std::int64_t day = floor_div(epoch_ms, kDayMs);
  const std::int64_t rest = epoch_ms % kDayMs;
  const std::int64_t in_day = rest < 0 ? rest + kDayMs : rest;
  const std::int64_t since_1600 = day + 135'140;  // 1600-01-01 begins a cycle of 400 years
  const std::int64_t cycle = floor_div(since_1600, kDaysIn400Years);
  const std::int64_t in_cycle = since_1600 - cycle * kDaysIn400Years;
  std::int64_t year = in_cycle / 366;
  while (days_before(year + 1) <= in_cycle) ++year;
  CalendarTime result{};
  result.year = 1600 + 400 * cycle + year;
  result.day_of_year = in_cycle - days_before(year);
  result.weekday = (day + 3) - 7 * floor_div(day + 3, 7);  // 1970-01-01 was a Thursday
  result.hour = static_cast<double>(in_day) / 3'600'000.0;
  return result;
}

base::Result<DateEncoder> DateEncoder::create(const DateEncoderConfig& config) {
  const auto width_ok = [](std::int64_t w) { return w == 0 || (w > 0 && w < 4096 && w % 2 == 1); };
  const auto radius_ok = [](double r, double period) { return r >= 0.01 && r <= period; };
  if (!width_ok(config.season_width) || !width_ok(config.weekend_width) ||
      !width_ok(config.time_of_day_width) ||
      !radius_ok(config.season_radius_days, kSeasonPeriodDays) ||
      !radius_ok(config.time_of_day_radius_hours, kDayPeriodHours)) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "a date encoder needs odd widths (or 0) and radii above 0 and below the "
                       "period");
  }
  DateEncoder encoder;
  encoder.season_width_ = static_cast<std::uint32_t>(config.season_width);
  encoder.season_bits_ =
      circle_bits(config.season_width, kSeasonPeriodDays, config.season_radius_days);
  encoder.weekend_width_ = static_cast<std::uint32_t>(config.weekend_width);
  encoder.day_width_ = static_cast<std::uint32_t>(config.time_of_day_width);
  encoder.day_bits_ =
      circle_bits(config.time_of_day_width, kDayPeriodHours, config.time_of_day_radius_hours);
  return encoder;
}

void DateEncoder::encode(std::int64_t epoch_ms, std::uint32_t offset, Sdr& out) const {
  const CalendarTime time = to_calendar(epoch_ms);
  encode_circle(static_cast<double>(time.day_of_year), kSeasonPeriodDays, season_width_,
                season_bits_, offset, out);
  offset += season_bits_;
  const std::uint32_t weekend = time.weekday >= 5 ? weekend_width_ : 0;
  out.append_run(offset + weekend, weekend_width_);
  offset += 2 * weekend_width_;
  encode_circle(time.hour, kDayPeriodHours, day_width_, day_bits_, offset, out);
}

}  // namespace cortado::htm
