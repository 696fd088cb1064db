// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/dashboard/http_config.h"
#include "cortado/dashboard/rows.h"
#include "fleet_row.h"
#include "ring.h"
#include "size_order.h"

namespace cortado::dashboard {

/// Counts every change of the read model; a reader who has seen version v asks for what is newer.
using Version = std::uint64_t;

/// One record of a device's history. Absent numbers are NaN, an absent time is kNoTime.
struct Point {
  static constexpr std::int64_t kNoTime = INT64_MIN;

  Version version = 0;
  std::int64_t sequence = 0;
  std::int64_t time_ms = kNoTime;
  double value = 0;
  double prediction = 0;
  double error = 0;
  double anomaly = 0;
  double prediction_next = 0;
  double score = 0;
  double expected_low = 0;
  double expected_high = 0;
  std::int64_t model_age = 0;
  base::ScoreStatus status = base::ScoreStatus::kOk;
  std::uint8_t reason = 0;  ///< index in ReadModel::reasons()
};

/// What a record did in its model's memories.
struct RecordActivity {
  std::int64_t sequence = 0;
  base::ColumnActivity activity = {};
};

/// What the page knows of one device.
struct Device {
  std::string name;
  base::Partition partition;
  base::Offset offset;
  std::int64_t records = 0;
  std::int64_t alarms = 0;
  bool clipped = false;             ///< as the newest row says
  double clipped_share = 0;         ///< as the newest row says
  base::EpochMillis seen_ms = 0;    ///< wall clock of the newest commit
  double gap_ms = 0;                ///< the usual time between two commits; 0 = not known
  std::optional<bool> resident;     ///< its model is in memory; none = nobody told
  std::int64_t model_bytes = 0;     ///< that its model holds in memory; 0 = not known, or evicted
  Ring<RecordActivity> activities;  ///< of the newest record; of more while somebody watches it
  FleetRow fleet;
  std::optional<Point> last_anomaly;  ///< the newest record with status alarm
  Ring<Point> points;
  std::list<Device*>::iterator place;  ///< in the model's list by age of the last record
  SizeOrder::Place size_place;         ///< in the model's order by size; nowhere while watched

  Version version() const { return points.back().version; }
};

struct BatchEntry {
  Version version = 0;
  BatchRow row;
  base::EpochMillis run_ms = 0;  ///< start of the process that ran it
};

/// One record with status alarm.
struct AnomalyEntry {
  Version version = 0;
  std::string device;
  base::Partition partition;
  base::Offset offset;
  base::EpochMillis seen_ms = 0;
  Point point;
  base::ColumnActivity activity = {};
};

/// Sums over everything shown since the start but former records.
struct Totals {
  std::int64_t records = 0;
  std::int64_t alarms = 0;
  std::int64_t invalid = 0;
  std::int64_t batches = 0;
  std::int64_t overruns = 0;
  std::int64_t evicted = 0;  ///< devices dropped from the page for lack of memory
};

/// Everything that the page can show: the newest points of every device, the newest batches, sums.
/// Its memory is bounded whatever is published. Not thread-safe.
class ReadModel {
 public:
  static constexpr std::size_t kBatches = 1'000;
  static constexpr std::size_t kAnomalies = 10'000;
  static constexpr int kAbsences = 5;  ///< rebalances take partitions away and give them back

  explicit ReadModel(const HttpConfig& config);

  /// `now_ms` stands in where the row does not say when it was committed. A former record that is
  /// not newer than what is shown of its device is passed over.
  void add(const DeviceRow& row, base::EpochMillis now_ms = 0);
  void add(const BatchRow& row, base::EpochMillis run_ms = 0);
  /// Show a batch of a former process; sums do not count it.
  void restore(const BatchRow& row, base::EpochMillis run_ms);
  void add(const ResidencyRow& row);
  /// Told again and again what partitions are ours, let go of the devices of those that have not
  /// been for kAbsences times: somebody else scores them now. Their alarms stay.
  void keep(std::span<const LaneRow> lanes);
  /// Keep all the history of a device while somebody watches it; calls nest.
  void watch(std::string_view device);
  void unwatch(std::string_view device);

  Version version() const { return version_; }
  const Totals& totals() const { return totals_; }
  const Device* find(std::string_view name) const;
  /// The devices by name.
  const std::map<std::string, std::unique_ptr<Device>, std::less<>>& devices() const {
    return devices_;
  }
  /// The devices by their newest record, oldest first: what is newer than a version stands at the
  /// end.
  const std::list<Device*>& by_age() const { return by_age_; }
  const Ring<BatchEntry>& batches() const { return batches_; }
  const Ring<AnomalyEntry>& anomalies() const { return anomalies_; }
  /// Changes when devices come or go.
  std::uint64_t roster() const { return roster_; }
  /// The newest time that a record has in the heat map; -1 = there is none.
  std::int64_t fleet_time() const { return fleet_time_; }
  /// Let later changes count as newer than all before; returns the new version.
  Version advance() { return ++version_; }
  /// What the model's memories did with a record; null where that is not held: it is of each
  /// device's newest record, of more of watched ones, and of the newest alarms.
  const base::ColumnActivity* activity(const Device& device, std::int64_t sequence) const;
  std::string_view reason(const Point& point) const { return reasons_[point.reason]; }
  /// Bytes that the points and heat map rows of all devices take now.
  std::size_t points_bytes() const { return slots_ * sizeof(Point); }
  /// How many devices were looked at to make room, since the start: what that costs.
  std::uint64_t looked_at() const { return looked_at_; }

 private:
  Device& device_of(std::string_view name);
  Point point_of(const DeviceRow& row);
  void note_commit(Device& device, const DeviceRow& row, base::EpochMillis now_ms);
  void count(Device& device, const DeviceRow& row);
  void note_alarm(Device& device, const Point& point, const DeviceRow& row);
  std::uint8_t reason_index(const std::string& reason);
  void keep_activity(Device& device, const DeviceRow& row);
  std::size_t watched_limit() const;
  std::size_t share() const;
  void push(Device& device, const Point& point);
  void trim(Device& device, std::size_t limit);
  void note_size(Device& device, std::size_t before);
  void make_room();
  void drop_oldest();
  void drop(Device& device);
  bool shows(const DeviceRow& row) const;
  bool lists(const DeviceRow& alarm) const;

  const std::size_t history_;
  const std::size_t budget_;  ///< points of all devices together
  Version version_ = 0;
  /// Sum of the rings' capacities, and what a device takes beside in points.
  std::size_t slots_ = 0;
  std::map<std::string, std::unique_ptr<Device>, std::less<>> devices_;
  std::list<Device*> by_age_;
  SizeOrder by_size_;  ///< of those that nobody watches
  std::map<std::string, int, std::less<>> watched_;
  std::map<base::Partition, int> absent_;  ///< how often a partition with devices was not ours
  std::vector<std::string> reasons_{""};
  Ring<BatchEntry> batches_;
  Ring<AnomalyEntry> anomalies_;
  std::uint64_t roster_ = 0;
  std::int64_t fleet_time_ = -1;
  std::uint64_t looked_at_ = 0;
  Totals totals_;
};

}  // namespace cortado::dashboard
