// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "read_model.h"

#include <algorithm>
#include <limits>
#include <set>

namespace cortado::dashboard {
namespace {

/// With very many devices each keeps at least this much; then the longest silent ones go.
constexpr std::size_t kLeastPoints = 32;
/// Records of a device that is watched whose activity is kept.
constexpr std::size_t kWatchedActivities = 512;
/// What the activity of a device's newest record takes at most, more or less.
constexpr std::size_t kActivityBytes = 512;
/// What a device takes beside its points, in points.
constexpr std::size_t kDeviceSlots =
    (sizeof(FleetRow) + kActivityBytes + sizeof(Point) - 1) / sizeof(Point);
/// How much the newest gap between two commits counts in the usual one.
constexpr double kGapWeight = 0.1;

double or_nan(const std::optional<double>& value) {
  return value.value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

ReadModel::ReadModel(const HttpConfig& config)
    : history_(static_cast<std::size_t>(config.history)),
      budget_(std::max(static_cast<std::size_t>(config.history_memory) / sizeof(Point),
                       2 * kLeastPoints)) {}

void ReadModel::add(const DeviceRow& row, base::EpochMillis now_ms) {
  if (row.former && shows(row)) return;
  Device& device = device_of(row.device);
  const Point point = point_of(row);
  device.partition = row.partition;
  device.offset = row.offset;
  device.clipped = row.clipped;
  device.clipped_share = row.clipped_share;
  if (device.resident) device.resident = true;
  device.model_bytes = row.model_bytes;
  if (!row.activity.empty()) keep_activity(device, row);
  count(device, row);
  note_commit(device, row, now_ms);
  if (row.status == base::ScoreStatus::kAlarm) note_alarm(device, point, row);
  push(device, point);
  by_age_.splice(by_age_.end(), by_age_, device.place);
  make_room();
}

/// Partitions are read in the order of their offsets.
bool ReadModel::shows(const DeviceRow& row) const {
  const Device* device = find(row.device);
  return device != nullptr && (device->partition != row.partition || device->offset >= row.offset);
}

void ReadModel::count(Device& device, const DeviceRow& row) {
  const bool alarm = row.status == base::ScoreStatus::kAlarm;
  ++device.records;
  if (alarm) ++device.alarms;
  if (row.former) return;
  ++totals_.records;
  if (row.status == base::ScoreStatus::kInvalid) ++totals_.invalid;
  if (alarm) ++totals_.alarms;
}

void ReadModel::keep_activity(Device& device, const DeviceRow& row) {
  device.activities.push({row.sequence, row.activity},
                         watched_.contains(device.name) ? kWatchedActivities : 1);
}

void ReadModel::note_commit(Device& device, const DeviceRow& row, base::EpochMillis now_ms) {
  const base::EpochMillis seen = row.committed_ms != 0 ? row.committed_ms : now_ms;
  if (device.seen_ms != 0 && seen > device.seen_ms) {
    const auto gap = static_cast<double>(seen - device.seen_ms);
    device.gap_ms = device.gap_ms == 0 ? gap : device.gap_ms + kGapWeight * (gap - device.gap_ms);
  }
  device.seen_ms = std::max(device.seen_ms, seen);
  const std::int64_t time = row.log_time_ms.value_or(seen);
  if (time < 0) return;
  const double score = row.score.value_or(row.anomaly.value_or(0));
  device.fleet.add(time, FleetRow::cell(score, row.status == base::ScoreStatus::kAlarm));
  fleet_time_ = std::max(fleet_time_, time);
}

/// An alarm may be there already: of a partition that went and came back.
bool ReadModel::lists(const DeviceRow& alarm) const {
  for (std::size_t i = anomalies_.size(); i-- > 0;) {
    const AnomalyEntry& entry = anomalies_[i];
    if (entry.partition == alarm.partition && entry.offset == alarm.offset) return true;
  }
  return false;
}

void ReadModel::note_alarm(Device& device, const Point& point, const DeviceRow& row) {
  device.last_anomaly = point;
  if (row.former && lists(row)) return;
  anomalies_.push({.version = point.version,
                   .device = device.name,
                   .partition = device.partition,
                   .offset = device.offset,
                   .seen_ms = device.seen_ms,
                   .point = point,
                   .activity = row.activity},
                  kAnomalies);
}

void ReadModel::add(const ResidencyRow& row) {
  const auto found = devices_.find(row.device);
  if (found == devices_.end()) return;
  found->second->resident = row.resident;
  if (!row.resident) found->second->model_bytes = 0;
}

void ReadModel::keep(std::span<const LaneRow> lanes) {
  std::set<base::Partition> ours;
  for (const LaneRow& lane : lanes) ours.insert(lane.partition);
  std::map<base::Partition, int> absent;
  for (const Device* device : by_age_) {
    const base::Partition partition = device->partition;
    if (!ours.contains(partition)) absent[partition] = absent_[partition] + 1;
  }
  absent_ = std::move(absent);
  for (auto place = by_age_.begin(); place != by_age_.end();) {
    Device& device = **place++;
    const auto found = absent_.find(device.partition);
    if (found != absent_.end() && found->second >= kAbsences) drop(device);
  }
}

void ReadModel::add(const BatchRow& row, base::EpochMillis run_ms) {
  ++totals_.batches;
  if (row.overrun) ++totals_.overruns;
  restore(row, run_ms);
}

void ReadModel::restore(const BatchRow& row, base::EpochMillis run_ms) {
  batches_.push({++version_, row, run_ms}, kBatches);
}

void ReadModel::watch(std::string_view device) {
  if (++watched_[std::string(device)] > 1) return;
  // One more shares what watched devices may take.
  for (const auto& [name, watchers] : watched_) {
    const auto found = devices_.find(name);
    if (found == devices_.end()) continue;
    by_size_.remove(found->second->size_place);
    trim(*found->second, watched_limit());
  }
}

void ReadModel::unwatch(std::string_view device) {
  const auto watched = watched_.find(device);
  if (watched == watched_.end() || --watched->second > 0) return;
  watched_.erase(watched);
  const auto found = devices_.find(device);
  if (found == devices_.end()) return;
  by_size_.put(*found->second, found->second->size_place, found->second->points.capacity());
}

const Device* ReadModel::find(std::string_view name) const {
  const auto found = devices_.find(name);
  return found == devices_.end() ? nullptr : found->second.get();
}

const base::ColumnActivity* ReadModel::activity(const Device& device, std::int64_t sequence) const {
  for (std::size_t i = device.activities.size(); i-- > 0;) {
    if (device.activities[i].sequence == sequence) return &device.activities[i].activity;
  }
  for (std::size_t i = anomalies_.size(); i-- > 0;) {
    const AnomalyEntry& entry = anomalies_[i];
    if (entry.point.sequence == sequence && entry.device == device.name)
      return entry.activity.empty() ? nullptr : &entry.activity;
  }
  return nullptr;
}

Device& ReadModel::device_of(std::string_view name) {
  const auto found = devices_.find(name);
  if (found != devices_.end()) return *found->second;
  auto device = std::make_unique<Device>();
  device->name = name;
  device->place = by_age_.insert(by_age_.end(), device.get());
  slots_ += kDeviceSlots;
  ++roster_;
  return *devices_.emplace(device->name, std::move(device)).first->second;
}

Point ReadModel::point_of(const DeviceRow& row) {
  Point point;
  point.version = ++version_;
  point.sequence = row.sequence;
  point.time_ms = row.event_time_ms.value_or(Point::kNoTime);
  point.value = or_nan(row.value);
  point.prediction = or_nan(row.prediction);
  point.error = or_nan(row.error);
  point.anomaly = or_nan(row.anomaly);
  point.prediction_next = or_nan(row.prediction_next);
  point.score = or_nan(row.score);
  point.expected_low = or_nan(row.expected_low);
  point.expected_high = or_nan(row.expected_high);
  point.model_age = row.model_age;
  point.status = row.status;
  point.reason = reason_index(row.reason);
  return point;
}

std::uint8_t ReadModel::reason_index(const std::string& reason) {
  const auto found = std::find(reasons_.begin(), reasons_.end(), reason);
  if (found != reasons_.end()) return static_cast<std::uint8_t>(found - reasons_.begin());
  // The words are a closed set; if somebody sends others, the first few are kept.
  if (reasons_.size() == 64) return 0;
  reasons_.push_back(reason);
  return static_cast<std::uint8_t>(reasons_.size() - 1);
}

/// Watched devices together take at most half of the budget.
std::size_t ReadModel::watched_limit() const {
  if (watched_.empty()) return 0;
  return std::clamp(budget_ / 4 / watched_.size(), kLeastPoints, history_);
}

/// The others share the rest but for a sixteenth, so that room is made once in a while and not at
/// every record.
std::size_t ReadModel::share() const {
  const std::size_t rows = std::min(devices_.size() * kDeviceSlots, budget_ / 2);
  const std::size_t free =
      budget_ - rows - std::min(watched_.size() * watched_limit(), (budget_ - rows) / 2);
  const std::size_t share = (free - free / 16) / std::max<std::size_t>(1, devices_.size());
  return std::clamp(share, kLeastPoints, history_);
}

void ReadModel::push(Device& device, const Point& point) {
  const std::size_t before = device.points.capacity();
  device.points.push(point, watched_.contains(device.name) ? watched_limit() : share());
  note_size(device, before);
}

void ReadModel::trim(Device& device, std::size_t limit) {
  const std::size_t before = device.points.capacity();
  device.points.trim(limit);
  note_size(device, before);
}

void ReadModel::note_size(Device& device, std::size_t before) {
  const std::size_t size = device.points.capacity();
  slots_ += size;
  slots_ -= before;
  if (!watched_.contains(device.name)) by_size_.put(device, device.size_place, size);
}

/// Shorten the histories that are above their share, the largest first, then drop whole devices,
/// the longest silent first. No other device is looked at: with very many of them each record has
/// to make room.
void ReadModel::make_room() {
  if (slots_ <= budget_) return;
  const std::size_t limit = share();
  while (slots_ > budget_ - budget_ / 16) {
    Device* const largest = by_size_.largest();
    if (largest == nullptr || largest->points.capacity() <= limit) break;
    ++looked_at_;
    trim(*largest, limit);
  }
  while (slots_ > budget_ && devices_.size() > 1) drop_oldest();
}

void ReadModel::drop_oldest() {
  ++totals_.evicted;
  ++looked_at_;
  drop(*by_age_.front());
}

void ReadModel::drop(Device& device) {
  slots_ -= device.points.capacity() + kDeviceSlots;
  ++roster_;
  by_age_.erase(device.place);
  by_size_.remove(device.size_place);
  devices_.erase(devices_.find(device.name));
}

}  // namespace cortado::dashboard
