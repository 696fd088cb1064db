// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cortado/evaluate/event_score.h"
#include "cortado/evaluate/series.h"

namespace cortado::evaluate {

/// A record with the status `alarm`.
struct ReportAlarm {
  std::size_t row = 0;  ///< of its device
  std::string reason;
  std::optional<double> prediction;
};

/// One device's records with what the detector said of them.
struct ReportDevice {
  Series series;               ///< with windows where there are labels
  std::vector<double> scores;  ///< one a reading; 0 where there was none
  std::vector<ReportAlarm> alarms;
};

/// All that a report of a replay tells.
struct ReplayReport {
  std::string input;  ///< the file's name
  std::string preset;
  std::string model_hash;
  double threshold = 0;  ///< the score from which on it alarms
  bool labelled = false;
  std::vector<ReportDevice> devices;
  EventRules rules;

  std::int64_t records = 0;
  std::int64_t rejected = 0;
  std::int64_t invalid = 0;
  std::int64_t batches = 0;
  std::chrono::nanoseconds elapsed{0};
  double batch_ms_p50 = 0;
  double batch_ms_p99 = 0;
};

/// Return one page that needs nothing else: alarms by device and day, the worst devices, their
/// timelines with marks, precision and recall where there are labels, cost over thresholds, timing.
/// It has no script and asks no host for anything; whatever comes from data is escaped.
std::string to_html(const ReplayReport& report);

}  // namespace cortado::evaluate
