// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cortado/base/clock.h"
#include "cortado/base/ids.h"
#include "cortado/base/outcome.h"

namespace cortado::dashboard {

/// One enriched record, as the page needs it. Absent numbers are left out, never a silent 0.
struct DeviceRow {
  std::string device;
  base::Partition partition;
  base::Offset offset;        ///< of the input record
  std::int64_t sequence = 0;  ///< the device's record number from 1
  std::optional<base::EpochMillis> event_time_ms;
  std::optional<double> value;
  std::optional<double> prediction;
  std::optional<double> error;
  std::optional<double> anomaly;
  std::optional<double> prediction_next;
  std::optional<double> score;
  base::ScoreStatus status = base::ScoreStatus::kOk;
  std::string reason;  ///< pattern | range | level | flat | gap | clock; empty = none
  std::optional<double> expected_low;
  std::optional<double> expected_high;
  std::int64_t model_age = 0;  ///< valid observations learned, this one included
  bool clipped = false;        ///< too many of the device's values lie outside its encoder's range
};

/// One batch of the engine, with Spark's names and meaning.
struct BatchRow {
  std::int64_t batch = 0;         ///< its number since the start, from 1
  base::EpochMillis time_ms = 0;  ///< wall clock at its end
  std::int64_t input_rows = 0;
  std::chrono::nanoseconds scheduling_delay{0};
  std::chrono::nanoseconds processing_time{0};
  std::chrono::nanoseconds total_delay{0};
  bool overrun = false;  ///< the processing time exceeded the interval
};

/// Where the models are: the engine's counts since its start.
struct MemoryRow {
  std::int64_t resident_devices = 0;  ///< whose model is in memory
  std::int64_t evictions = 0;         ///< models that left memory
  std::int64_t loads = 0;             ///< models that came back
};

/// What does not change with every record. Fields not known yet are empty or 0.
struct DashboardFacts {
  std::string version;  ///< of the program
  std::string preset;
  std::string input_topic;
  std::string output_topic;
  std::int64_t warm_up = 0;  ///< observations before a device's model may alarm
  std::chrono::milliseconds batch_interval{0};
  std::int64_t partitions_owned = 0;
  std::int64_t partitions_total = 0;
};

}  // namespace cortado::dashboard
