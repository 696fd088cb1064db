// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "sensor.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "cortado/base/calendar.h"
#include "cortado/base/math.h"
#include "normal.h"

namespace cortado::generator {
namespace {

using record::Field;

constexpr double kTwoPi = 0x1.921fb54442d18p+2;
constexpr base::EpochMillis kHour = 3'600'000;
constexpr base::EpochMillis kDay = 24 * kHour;
constexpr base::EpochMillis kYear = 31'556'952'000;

/// State codes as the United States number them, without the islands and Alaska.
constexpr std::array<int, 16> kStates = {1,  4,  6,  8,  12, 13, 17, 24,
                                         26, 32, 36, 39, 41, 42, 48, 53};

double share_of(base::EpochMillis time, base::EpochMillis period) {
  return static_cast<double>(((time % period) + period) % period) / static_cast<double>(period);
}

std::string digits(std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

std::string degrees(std::int64_t micro) {
  const std::int64_t size = micro < 0 ? -micro : micro;
  return (micro < 0 ? "-" : "") + std::to_string(size / 1'000'000) + "." +
         digits(size % 1'000'000, 6);
}

std::string minute_or_second(base::EpochMillis time) {
  if (time % 60'000 == 0) return base::format_minute(time);
  return base::format_iso_8601(time).substr(11, 8);
}

std::int64_t below(base::Random& random, std::uint64_t bound) {
  return static_cast<std::int64_t>(random.below(bound));
}

}  // namespace

Sensor::Sensor(std::int64_t number, std::int64_t seed)
    : random_(base::mix64(static_cast<std::uint64_t>(seed)) ^
              base::mix64(static_cast<std::uint64_t>(number) * 2 + 1)) {
  name(number);
  level_ = 0.004 * (2 * random_.uniform() - 1);
}

void Sensor::name(std::int64_t number) {
  const std::int64_t region = number / kSensorsPerRegion;
  const auto states = static_cast<std::int64_t>(kStates.size());
  const std::string state = digits(kStates[static_cast<std::size_t>(region % states)], 2);
  const std::string county = digits(1 + 2 * (region / states % 499), 3);
  const std::int64_t block = region / states / 499;
  const std::int64_t site =
      100 * block + 10 * (1 + number % kSensorsPerRegion) + below(random_, 10);
  utc_offset_hours_ = -5 - region % 4;
  const std::int64_t latitude = 30'000'000 + below(random_, 17'000'000);
  const std::int64_t longitude =
      (15 * utc_offset_hours_ - 7) * 1'000'000 + below(random_, 14'000'000);
  const std::array<std::pair<Field, std::string>, 16> texts = {{
      {Field::kStateCode, state},
      {Field::kCountyCode, county},
      {Field::kSiteNum, digits(site, 4)},
      {Field::kParameterCode, "44201"},
      {Field::kPoc, "1"},
      {Field::kLatitude, degrees(latitude)},
      {Field::kLongitude, degrees(longitude)},
      {Field::kDatum, "WGS84"},
      {Field::kParameterName, "Ozone"},
      {Field::kUnitsOfMeasure, "Parts per million"},
      {Field::kMdl, "0.005"},
      {Field::kMethodType, "FEM"},
      {Field::kMethodCode, "000"},
      {Field::kMethodName, "SIMULATED"},
      {Field::kStateName, "State " + state},
      {Field::kCountyName, "County " + county},
  }};
  for (const auto& [field, text] : texts) identity_.set_text(field, text);
  record::make_device_key(identity_, key_);
}

double Sensor::measure(base::EpochMillis time, const Weather& weather) {
  const double year = share_of(time, kYear);
  const double day = share_of(time + utc_offset_hours_ * kHour, kDay);
  // Highest at the end of June and at three in the afternoon.
  const double season = 0.5 + 0.5 * base::sin(kTwoPi * (year - 0.24));
  const double afternoon = 0.5 + 0.5 * base::sin(kTwoPi * (day - 0.375));
  local_ = 0.7 * local_ + 0.0012 * normal(random_);
  const double height = (0.006 + 0.030 * season) * weather.sun;
  return level_ + 0.012 + 0.010 * season + weather.level + height * afternoon + local_;
}

void Sensor::fill(record::MonitoringRecord& record, base::EpochMillis time, double value) const {
  record = identity_;
  const base::EpochMillis local = time + utc_offset_hours_ * kHour;
  const std::string date = base::format_date(time);
  record.set_text(Field::kDateLocal, base::format_date(local));
  record.set_text(Field::kTimeLocal, minute_or_second(local));
  record.set_text(Field::kDateGmt, date);
  record.set_text(Field::kTimeGmt, minute_or_second(time));
  const double thousandths = std::floor(std::clamp(value, 0.0, 0.1) * 1000.0 + 0.5);
  record.set_text(Field::kSampleMeasurement,
                  "0." + digits(static_cast<std::int64_t>(thousandths), 3));
  record.set_text(Field::kDateOfLastChange, date);
}

}  // namespace cortado::generator
