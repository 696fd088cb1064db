// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "cortado/base/clock.h"
#include "cortado/base/random.h"
#include "cortado/record/monitoring_record.h"
#include "weather.h"

namespace cortado::generator {

/// Sensors that share their weather.
inline constexpr std::int64_t kSensorsPerRegion = 5;

/// One ozone sensor: who it is and what it measures while nothing is wrong with it.
class Sensor {
 public:
  Sensor(std::int64_t number, std::int64_t seed);

  /// Return its device name.
  const std::string& key() const { return key_; }
  /// Return the true value in ppm at a time; called once a step.
  double measure(base::EpochMillis time, const Weather& weather);
  /// Write a whole record with this value, rounded to thousandths and kept within 0..0.1 ppm.
  void fill(record::MonitoringRecord& record, base::EpochMillis time, double value) const;

 private:
  void name(std::int64_t number);

  base::Random random_;
  record::MonitoringRecord identity_;
  std::string key_;
  std::int64_t utc_offset_hours_ = 0;
  double level_ = 0;  ///< ppm, of this site
  double local_ = 0;  ///< ppm, what only this site sees
};

}  // namespace cortado::generator
