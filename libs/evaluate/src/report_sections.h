// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cortado/evaluate/event_score.h"
#include "cortado/evaluate/replay_report.h"

namespace cortado::evaluate {

/// What several sections tell.
struct ReportFacts {
  explicit ReportFacts(const ReplayReport& report);

  std::vector<Series> series;      ///< of all devices
  RunResult scores;                ///< beside them
  std::vector<std::size_t> worst;  ///< devices, those with most alarms first
  std::int64_t alarms = 0;
  std::optional<base::EpochMillis> first, last;  ///< event times
  double device_days = 0;                        ///< each device from its first time to its last
};

std::string summary_section(const ReplayReport& report, const ReportFacts& facts);
std::string days_section(const ReplayReport& report, const ReportFacts& facts);
std::string devices_section(const ReplayReport& report, const ReportFacts& facts);
std::string timelines_section(const ReplayReport& report, const ReportFacts& facts);
/// Empty without labels.
std::string labels_section(const ReplayReport& report, const ReportFacts& facts);
std::string cost_section(const ReplayReport& report, const ReportFacts& facts);
std::string alarms_section(const ReplayReport& report, const ReportFacts& facts);
std::string timing_section(const ReplayReport& report);

}  // namespace cortado::evaluate
