// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cortado/base/log.h"
#include "cortado/base/result.h"
#include "latency_histogram.h"

namespace cortado::app {

/// What demo, generate, detect and replay say at their end.
struct Summary {
  std::string command;
  std::int64_t records_in = 0;
  std::int64_t records_out = 0;
  std::int64_t records_rejected = 0;
  std::int64_t records_ignored = 0;
  std::int64_t records_invalid = 0;
  std::int64_t records_clipped = 0;
  std::int64_t devices = 0;
  std::int64_t anomalies = 0;  ///< records with status alarm
  std::int64_t batches = 0;
  std::int64_t overruns = 0;
  std::chrono::nanoseconds elapsed{0};  ///< from the first record to the last commit
  LatencyHistogram latency;             ///< Kafka timestamp to commit; replay: of the batch
};

/// One JSON object on one line.
std::string to_json(const Summary& summary);
/// Two lines for a person.
std::string to_text(const Summary& summary);

/// True if a command was refused before its first record: there is nothing to sum up.
bool was_refused(const base::Status& status, const Summary& summary);

/// Print it to standard output as JSON if asked for, else to standard error as text; where that
/// holds lines of JSON, as one of them.
void print_summary(const Summary& summary, bool json, base::LogFormat format);

}  // namespace cortado::app
