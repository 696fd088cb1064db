// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cortado/base/clock.h"
#include "cortado/base/column_activity.h"
#include "cortado/base/ids.h"
#include "cortado/base/outcome.h"

namespace cortado::dashboard {

/// One enriched record, as the page needs it. Absent numbers are left out, never a silent 0.
struct DeviceRow {
  std::string device;
  base::Partition partition;
  base::Offset offset;  ///< of the input record
  /// When the log got the input record, by Kafka's timestamp.
  std::optional<base::EpochMillis> log_time_ms;
  base::EpochMillis committed_ms = 0;  ///< wall clock of the commit; 0 = when it is shown
  std::int64_t sequence = 0;           ///< the device's record number from 1
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
  double clipped_share = 0;    ///< of the device's values, 0 to 1
  std::int64_t model_bytes = 0;   ///< that its model holds in memory; 0 = not known
  base::ColumnActivity activity;  ///< of the model; empty = not told for this record
  bool former = false;  ///< read back from the output topic: shown, but sums do not count it
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
  std::int64_t enriched = 0;
  std::int64_t dead_letters = 0;
  std::int64_t ignored = 0;
  std::int64_t invalid = 0;
  std::int64_t alarms = 0;
  // The stages of the processing time; the snapshot comes after it.
  std::chrono::nanoseconds poll{0};
  std::chrono::nanoseconds score{0};
  std::chrono::nanoseconds produce{0};
  std::chrono::nanoseconds commit{0};
  std::chrono::nanoseconds snapshot{0};
};

/// A batch that has begun and not ended.
struct ActiveBatch {
  std::int64_t batch = 0;
  base::EpochMillis time_ms = 0;  ///< wall clock at its start
  std::int64_t input_rows = 0;
};

/// Where a lane stands in its life.
enum class LaneState : std::uint8_t {
  kWaiting,
  kLoading,
  kReplaying,
  kRunning,
  kDraining,
  kPaused,  ///< on request
  kStopped
};

/// One partition that this process works on, as of now.
struct LaneRow {
  base::Partition partition;
  LaneState state = LaneState::kWaiting;
  std::string reason;                       ///< why it stopped, or is not open yet; else empty
  std::optional<base::Offset> next_offset;  ///< all below is committed
  std::optional<base::Offset> end_offset;   ///< the next one that the log will give
  std::optional<base::EpochMillis> newest_time_ms;   ///< Kafka timestamp of the newest committed
  std::optional<base::EpochMillis> behind_since_ms;  ///< wall clock: records wait since then
  std::optional<std::int64_t> devices;               ///< whose state the lane has
  std::optional<std::int64_t> resident;              ///< of them, those whose model is in memory
  std::int64_t records = 0;                          ///< committed since the start
  std::int64_t dead_letters = 0;                     ///< of these
  std::optional<base::EpochMillis> last_record_ms;   ///< wall clock of the newest commit
  std::optional<base::EpochMillis> snapshot_time_ms;
  std::int64_t snapshot_bytes = 0;
  std::chrono::nanoseconds snapshot_duration{0};
  /// Wall clock when this process first had devices there: a snapshot of before is at least as old.
  std::optional<base::EpochMillis> devices_since_ms;
};

/// A snapshot that has become durable.
struct SnapshotRow {
  base::Partition partition;
  std::int64_t bytes = 0;
  std::int64_t devices = 0;
  std::chrono::nanoseconds duration{0};
};

enum class JournalKind : std::uint8_t {
  kStart,
  kRebalance,
  kSnapshot,
  kDeadLetter,
  kError,
  kReady,
  kAdmin  ///< somebody with the token asked for something
};

/// Something that happened to the engine.
struct JournalRow {
  base::EpochMillis time_ms = 0;
  JournalKind kind = JournalKind::kError;
  std::optional<base::Partition> partition;  ///< none = all, or not of a partition
  std::string message;
  std::int64_t count = 1;  ///< so many of the same
};

/// What the process takes of its machine.
struct ProcessRow {
  std::int64_t resident_bytes = 0;
  double cpu_seconds = 0;
  std::int64_t open_files = 0;
  base::EpochMillis start_ms = 0;
  std::optional<std::int64_t> model_bytes = {};  ///< of the models in memory together, their count
};

/// A device whose model came to memory or left it.
struct ResidencyRow {
  std::string device;
  bool resident = true;
};

/// Where the models are: the engine's counts since its start.
struct MemoryRow {
  std::int64_t devices = 0;
  std::int64_t resident_devices = 0;  ///< whose model is in memory
  std::int64_t evictions = 0;         ///< models that left memory
  std::int64_t loads = 0;             ///< models that came back
};

/// What does not change with every record. Fields not known yet are empty or 0.
struct DashboardFacts {
  bool engine = true;   ///< false: a view of an enriched topic, scored elsewhere
  std::string version;  ///< of the program
  std::string preset;
  std::string input_topic;
  std::string output_topic;
  std::int64_t warm_up = 0;  ///< observations before a device's model may alarm
  std::chrono::milliseconds batch_interval{0};
  std::int64_t partitions_owned = 0;
  std::int64_t partitions_total = 0;
  std::optional<double> threshold = {};  ///< the score from which a record is an alarm
};

}  // namespace cortado::dashboard
