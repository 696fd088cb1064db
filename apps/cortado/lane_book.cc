// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_book.h"

#include <algorithm>

namespace cortado::app {

using dashboard::LaneState;

void LaneBook::assigned(std::span<const base::TopicPartition> partitions) {
  const std::lock_guard lock(mutex_);
  joined_ = true;
  for (const auto& partition : partitions) {
    dashboard::LaneRow& lane = lanes_[partition];
    lane.partition = partition.partition;
    lane.state = LaneState::kLoading;
  }
}

void LaneBook::positioned(const base::TopicPartition& partition, base::Offset next) {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  found->second.next_offset = next;
}

void LaneBook::gone(std::span<const base::TopicPartition> partitions) {
  const std::lock_guard lock(mutex_);
  for (const auto& partition : partitions) lanes_.erase(partition);
}

void LaneBook::set_state(const base::TopicPartition& partition, LaneState state,
                         const std::string& reason) {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  found->second.state = state;
  found->second.reason = reason;
}

void LaneBook::set_devices(const base::TopicPartition& partition, std::int64_t devices,
                           std::int64_t resident, base::EpochMillis now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  found->second.devices = devices;
  found->second.resident = resident;
  if (devices > 0 && !found->second.devices_since_ms) found->second.devices_since_ms = now_ms;
}

void LaneBook::committed(const base::TopicPartition& partition,
                         std::span<const base::RawRecord> inputs,
                         std::span<const base::Outcome> outcomes, base::EpochMillis now_ms) {
  if (inputs.empty()) return;
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  dashboard::LaneRow& row = found->second;
  row.next_offset = base::Offset(inputs.back().offset.get() + 1);
  row.newest_time_ms = inputs.back().timestamp_ms;
  row.last_record_ms = now_ms;
  row.records += static_cast<std::int64_t>(inputs.size());
  for (const auto& outcome : outcomes) {
    if (outcome.kind == base::OutcomeKind::kDeadLetter) ++row.dead_letters;
  }
}

void LaneBook::read(const base::TopicPartition& partition, const base::RawRecord& record,
                    base::EpochMillis now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  dashboard::LaneRow& row = found->second;
  row.next_offset = base::Offset(record.offset.get() + 1);
  row.newest_time_ms = record.timestamp_ms;
  row.last_record_ms = now_ms;
  ++row.records;
}

void LaneBook::snapshot(const base::TopicPartition& partition, const dashboard::SnapshotRow& row,
                        base::EpochMillis now_ms) {
  const std::lock_guard lock(mutex_);
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  found->second.snapshot_time_ms = now_ms;
  found->second.snapshot_bytes = row.bytes;
  found->second.snapshot_duration = row.duration;
}

void LaneBook::set_ends(std::span<const base::Offset> ends, base::EpochMillis now_ms) {
  const std::lock_guard lock(mutex_);
  for (auto& [partition, lane] : lanes_) {
    const auto number = static_cast<std::size_t>(partition.partition.get());
    if (number < ends.size()) lane.end_offset = ends[number];
    const bool behind = lane.next_offset && lane.end_offset && *lane.next_offset < *lane.end_offset;
    if (!behind) {
      lane.behind_since_ms.reset();
    } else if (!lane.behind_since_ms) {
      lane.behind_since_ms = now_ms;
    }
  }
}

std::vector<dashboard::LaneRow> LaneBook::rows() const {
  const std::lock_guard lock(mutex_);
  std::vector<dashboard::LaneRow> rows;
  for (const auto& [partition, lane] : lanes_) rows.push_back(lane);
  return rows;
}

bool LaneBook::joined() const {
  const std::lock_guard lock(mutex_);
  return joined_;
}

std::string LaneBook::trouble() const {
  const std::lock_guard lock(mutex_);
  if (!joined_) return "no partition is assigned yet";
  for (const auto& [partition, lane] : lanes_) {
    if (lane.state == LaneState::kRunning) continue;
    const std::string place = "partition " + std::to_string(partition.partition.get());
    if (lane.state == LaneState::kStopped) return place + " has stopped: " + lane.reason;
    if (lane.state == LaneState::kPaused) return place + " is paused on request";
    return place + " is not running yet" + (lane.reason.empty() ? "" : ": " + lane.reason);
  }
  return {};
}

}  // namespace cortado::app
