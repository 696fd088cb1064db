// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "cortado/base/clock.h"
#include "cortado/base/option.h"
#include "cortado/base/result.h"
#include "cortado/record/csv_reader.h"

namespace cortado::generator {

/// How fast records leave. At most one of batch_size, rate and speed is set; none = as fast as the
/// sink takes them.
struct GeneratorConfig {
  std::int64_t batch_size = 0;               ///< records between two sleeps
  std::chrono::milliseconds batch_sleep{0};  ///< the sleep
  double rate = 0;                           ///< records a second; 0 = off
  double speed = 0;                          ///< event time over real time, 3600 = an hour a second
  bool loop = false;                         ///< begin again at the end, until stopped
  record::CsvOptions csv = {};               ///< how the file is written
};

/// Describe GeneratorConfig's keys under "generator".
base::Options describe(GeneratorConfig& config);

/// Read "500/s", "30/m", "7200/h" or a bare number of records a second. **Errors:** kInvalidConfig.
base::Result<double> parse_rate(std::string_view text);
/// Read "3600x" or a bare factor. **Errors:** kInvalidConfig.
base::Result<double> parse_speed(std::string_view text);

/// Says when the next record may leave.
class Pacer {
 public:
  /// **Errors:** kInvalidConfig if more than one way of pacing is set.
  static base::Result<Pacer> create(const GeneratorConfig& config, base::Clock& clock);

  /// Sleep until the next record is due, or not at all if that is less than 2 ms away; return false
  /// if a stop was asked for meanwhile. A sink that falls more than a second behind does not get
  /// the lost time back as a burst. By speed, records without an event time or older than the one
  /// before are due at once, and a step back of more than a day (the next device of a sorted file,
  /// the next loop) starts a new time line.
  bool wait(std::optional<base::EpochMillis> event_time, std::stop_token stop);

 private:
  Pacer(const GeneratorConfig& config, base::Clock& clock);
  std::chrono::nanoseconds due(std::optional<base::EpochMillis> event_time);
  std::chrono::nanoseconds due_by_event(base::EpochMillis event, std::chrono::nanoseconds now);
  bool sleep_until(std::chrono::nanoseconds time, const std::stop_token& stop);

  GeneratorConfig config_;
  base::Clock* clock_;
  std::chrono::nanoseconds anchor_{0};  ///< steady time of the anchor record
  base::EpochMillis anchor_event_ = 0;
  base::EpochMillis last_event_ = 0;
  std::int64_t since_anchor_ = 0;
  bool anchored_ = false;
};

}  // namespace cortado::generator
