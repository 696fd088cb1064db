// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_set.h"

#include <algorithm>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

/// A group may hand partitions over in steps; after this time the assignment counts as settled.
constexpr std::chrono::seconds kSettleTime{5};

/// One poll takes no more, so that a change of assignment is never far away.
constexpr std::int64_t kLargestPoll = 4096;

}  // namespace

void LaneSet::assigned(std::span<const base::TopicPartition> partitions) {
  if (!first_assigned_) first_assigned_ = context_.parts.clock.steady();
  owned_ += static_cast<std::int64_t>(partitions.size());
  for (const auto& partition : partitions) {
    if (error_) return;
    forget(partition);
    auto lane = Lane::open(context_, partition);
    if (!lane.ok()) {
      error_ = lane.error();
      return;
    }
    lanes_[partition] = std::move(lane).value();
  }
}

void LaneSet::leave(std::span<const base::TopicPartition> partitions) {
  owned_ -= static_cast<std::int64_t>(partitions.size());
  settled_ = false;  // whoever has them now may keep them
  first_assigned_.reset();
  if (owned_ > 0) first_assigned_ = context_.parts.clock.steady();
}

void LaneSet::revoked(std::span<const base::TopicPartition> partitions) {
  leave(partitions);
  for (const auto& partition : partitions) {
    const auto found = lanes_.find(partition);
    if (found == lanes_.end()) continue;
    const base::Status saved = found->second->snapshot(context_.parts.clock.steady());
    if (!saved.ok()) {
      base::log_error("stream", "no snapshot at revocation: " + saved.error().message(),
                      {{"lane", to_string(partition)}});
    }
    forget(partition);
  }
}

void LaneSet::lost(std::span<const base::TopicPartition> partitions) {
  leave(partitions);
  for (const auto& partition : partitions) {
    base::log_warning("stream", "partition lost", {{"lane", to_string(partition)}});
    forget(partition);
  }
}

void LaneSet::receive(const base::RawRecord& record) {
  Lane* const lane = find(record);
  if (lane == nullptr) return;
  const std::size_t bytes = lane->buffer().bytes();
  lane->receive(record);
  const std::size_t size = lane->buffer().bytes() - bytes;
  // Grows at once and shrinks slowly: it bounds how far one poll may overshoot.
  largest_record_ = std::max(size, largest_record_ - largest_record_ / 64);
}

Lane* LaneSet::find(const base::RawRecord& record) {
  const auto is_of = [&record](const Lane& lane) {
    return lane.partition().partition == record.partition && lane.partition().topic == record.topic;
  };
  if (last_ != nullptr && is_of(*last_)) return last_;
  for (const auto& [partition, lane] : lanes_) {
    if (is_of(*lane)) return last_ = lane.get();
  }
  return nullptr;
}

base::Status LaneSet::check() {
  if (!settled_ && first_assigned_) {
    CORTADO_ASSIGN(const int all, context_.parts.source.partition_count());
    settled_ = owned_ >= all;
    const auto waited = context_.parts.clock.steady() - *first_assigned_;
    if (!settled_ && (error_ || waited >= kSettleTime)) {
      return base::Error(base::ErrorCode::kUnavailable,
                         "this worker was given " + std::to_string(owned_) + " of " +
                             std::to_string(all) +
                             " partitions: another one is in the group, and this version works "
                             "with one only; stop the other or use another kafka.group_id");
    }
  }
  if (error_) return *error_;
  return {};
}

std::vector<Lane*> LaneSet::lanes() const {
  std::vector<Lane*> all;
  for (const auto& [partition, lane] : lanes_) all.push_back(lane.get());
  return all;
}

std::int64_t LaneSet::buffered_rows() const {
  std::int64_t rows = 0;
  for (const auto& [partition, lane] : lanes_) {
    rows += static_cast<std::int64_t>(lane->buffer().size());
  }
  return rows;
}

std::int64_t LaneSet::room() const {
  // A poll may assign a partition and deliver its first records at once.
  std::int64_t room = std::min(kLargestPoll, room_beside(0, 0));
  for (const auto& [partition, lane] : lanes_) {
    room = std::min(room, room_beside(lane->buffer().size(), lane->buffer().bytes()));
  }
  return room;
}

std::int64_t LaneSet::room_beside(std::size_t rows, std::size_t bytes) const {
  const std::int64_t rows_left = config_.max_batch_records - static_cast<std::int64_t>(rows);
  const std::int64_t bytes_left = config_.max_batch_bytes - static_cast<std::int64_t>(bytes);
  if (rows_left <= 0 || bytes_left <= 0) return 0;
  const auto largest = static_cast<std::int64_t>(std::max<std::size_t>(largest_record_, 1));
  return std::min(rows_left, std::max<std::int64_t>(1, bytes_left / largest));
}

void LaneSet::snapshot_due() {
  const auto now = context_.parts.clock.steady();
  Lane* oldest = nullptr;
  for (const auto& [partition, lane] : lanes_) {
    if (!lane->snapshot_due(now)) continue;
    if (oldest == nullptr || lane->changed_since() < oldest->changed_since()) oldest = lane.get();
  }
  if (oldest == nullptr) return;
  const base::Status saved = oldest->snapshot(now);
  if (saved.ok()) return;
  base::log_error("stream", "no snapshot: " + saved.error().message(),
                  {{"lane", to_string(oldest->partition())}});
}

base::Status LaneSet::snapshot_all() {
  base::Status result;
  for (const auto& [partition, lane] : lanes_) {
    const base::Status saved = lane->snapshot(context_.parts.clock.steady());
    if (!saved.ok() && result.ok()) result = saved.error().with_context(to_string(partition));
  }
  return result;
}

void LaneSet::drop(Lane& lane) {
  const base::TopicPartition partition = lane.partition();
  forget(partition);
}

base::Status LaneSet::reload(Lane& lane) {
  const base::TopicPartition partition = lane.partition();
  const Trust trust = lane.damaged() ? Trust::kProven : Trust::kUsual;
  forget(partition);
  CORTADO_ASSIGN(lanes_[partition], Lane::open(context_, partition, trust));
  return {};
}

void LaneSet::evict() { evictor_.run(lanes()); }

base::Result<int> LaneSet::mend() {
  int mended = 0;
  for (Lane* lane : lanes()) {
    if (!lane->damaged()) continue;
    CORTADO_TRY(reload(*lane));
    ++mended;
  }
  return mended;
}

DeviceCounts LaneSet::device_counts() const {
  DeviceCounts counts{.devices = static_cast<std::int64_t>(context_.owners.size()),
                      .evictions = context_.evictions,
                      .loads = context_.loads};
  for (const auto& [partition, lane] : lanes_) {
    counts.resident += static_cast<std::int64_t>(lane->residents().size());
  }
  return counts;
}

void LaneSet::clear() {
  lanes_.clear();
  last_ = nullptr;
}

void LaneSet::forget(const base::TopicPartition& partition) {
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  last_ = nullptr;
  lanes_.erase(found);
}

}  // namespace cortado::stream
