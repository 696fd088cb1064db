// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_set.h"

#include <algorithm>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// One poll takes no more, so that a change of assignment is never far away.
constexpr std::int64_t kLargestPoll = 4096;
/// Batches in a row that were not committed; then something is wrong that no repeat mends.
constexpr int kMostUndone = 10;
constexpr nanoseconds kFirstPause = milliseconds{100};
constexpr nanoseconds kLongestPause = milliseconds{5000};

base::Error never_committed() {
  return base::Error(base::ErrorCode::kUnavailable,
                     "no batch could be committed in " + std::to_string(kMostUndone) +
                         " attempts; see the log for the broker's reasons");
}

}  // namespace

void LaneSet::assigned(std::span<const base::TopicPartition> partitions) {
  for (const auto& partition : partitions) {
    const auto found = lanes_.find(partition);
    if (found != lanes_.end() && found->second->parked()) {
      found->second->resume();
    } else {
      context_.owners.expect(partition);
      open(partition, {});
    }
  }
  drop_parked();
  advance();
}

void LaneSet::open(base::TopicPartition partition, OpenRequest request) {
  forget(partition);
  lanes_[partition] = std::make_unique<Lane>(context_, partition, std::move(request));
}

void LaneSet::revoked(std::span<const base::TopicPartition> partitions) {
  context_.patience.hurry(config_.drain_timeout);
  for (const auto& partition : partitions) {
    const auto found = lanes_.find(partition);
    if (found == lanes_.end()) continue;
    drain(*found->second);
    if (leaving_ || !found->second->park()) give_up(partition);
  }
  context_.patience.restore();
  last_ = nullptr;
}

void LaneSet::drain(Lane& lane) {
  const base::Status saved = lane.snapshot(context_.parts.clock.steady());
  if (saved.ok()) return;
  base::log_warning(
      "stream",
      "no snapshot at revocation, so that the next owner replays more: " + saved.error().message(),
      {{"lane", to_string(lane.partition())}});
}

void LaneSet::lost(std::span<const base::TopicPartition> partitions) {
  for (const auto& partition : partitions) {
    base::log_warning("stream", "partition lost", {{"lane", to_string(partition)}});
    give_up(partition);
  }
}

void LaneSet::drop_parked() {
  std::erase_if(lanes_, [this](const auto& entry) {
    if (entry.second->parked()) context_.owners.release(entry.first);
    return entry.second->parked();
  });
  last_ = nullptr;
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

void LaneSet::advance() {
  const nanoseconds now = context_.parts.clock.steady();
  for (const auto& [partition, lane] : lanes_) lane->advance(now);
  // A decision counts before any record does; one that is not committed opens its lane anew.
  while (Lane* const lane = deciding()) commit_pointer(*lane);
  hold_back();
}

Lane* LaneSet::deciding() const {
  for (const auto& [partition, lane] : lanes_) {
    if (lane->decides()) return lane.get();
  }
  return nullptr;
}

void LaneSet::commit_pointer(Lane& lane) {
  const auto result = lane.commit_pointer(context_.parts.clock.steady());
  if (!result.ok()) {
    lane.refuse(result.error());
  } else if (*result != CommitResult::kCommitted) {
    undo(lane, *result);
  }
}

void LaneSet::hold_back() {
  for (const auto& [partition, lane] : lanes_) {
    const auto rows = static_cast<std::int64_t>(lane->buffer().size());
    const auto bytes = static_cast<std::int64_t>(lane->buffer().bytes());
    const bool full = room_beside(lane->buffer().size(), lane->buffer().bytes()) == 0;
    const bool low = rows <= config_.max_batch_records / 2 && bytes <= config_.max_batch_bytes / 2;
    lane->hold_back(full, low);
  }
}

base::Status LaneSet::check() const {
  const bool all_stopped =
      !lanes_.empty() && std::all_of(lanes_.begin(), lanes_.end(), [](const auto& entry) {
        return entry.second->error().has_value();
      });
  return all_stopped ? first_error() : base::Status();
}

base::Status LaneSet::first_error() const {
  for (const auto& [partition, lane] : lanes_) {
    if (lane->error()) return *lane->error();
    if (lane->refusal()) return lane->refusal()->with_context(to_string(partition));
  }
  return {};
}

bool LaneSet::opening() const {
  return std::any_of(lanes_.begin(), lanes_.end(),
                     [](const auto& entry) { return entry.second->opening(); });
}

std::vector<Lane*> LaneSet::lanes() const {
  std::vector<Lane*> all;
  for (const auto& [partition, lane] : lanes_) {
    if (lane->open()) all.push_back(lane.get());
  }
  return all;
}

std::vector<LaneReport> LaneSet::reports() const {
  std::vector<LaneReport> reports;
  for (const auto& [partition, lane] : lanes_) {
    if (!lane->parked()) reports.push_back(lane->report());
  }
  return reports;
}

Lane* LaneSet::lane(const base::TopicPartition& partition) const {
  const auto found = lanes_.find(partition);
  return found == lanes_.end() || found->second->parked() ? nullptr : found->second.get();
}

std::int64_t LaneSet::buffered_rows() const {
  std::int64_t rows = 0;
  for (const auto& [partition, lane] : lanes_) {
    rows += static_cast<std::int64_t>(lane->buffer().size());
  }
  return rows;
}

std::int64_t LaneSet::ready_rows() const {
  const nanoseconds now = context_.parts.clock.steady();
  std::int64_t rows = 0;
  for (const auto& [partition, lane] : lanes_) rows += static_cast<std::int64_t>(lane->ready(now));
  return rows;
}

bool LaneSet::holding() const {
  return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& entry) {
    return entry.second->held() || entry.second->waits();
  });
}

std::int64_t LaneSet::room() const {
  // A poll may assign a partition and deliver its first records at once.
  std::int64_t room = std::min(kLargestPoll, room_beside(0, 0));
  for (const auto& [partition, lane] : lanes_) {
    if (lane->held()) continue;
    const std::int64_t beside = room_beside(lane->buffer().size(), lane->buffer().bytes());
    // One that is full and waits is about to be paused; what it waits for comes with a poll.
    if (beside > 0 || !lane->waits()) room = std::min(room, beside);
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
  const nanoseconds now = context_.parts.clock.steady();
  std::vector<Lane*> due;
  for (Lane* lane : lanes()) {
    if (lane->snapshot_due(now)) due.push_back(lane);
  }
  std::stable_sort(due.begin(), due.end(), [now](const Lane* a, const Lane* b) {
    return *a->snapshot_due(now) < *b->snapshot_due(now);
  });
  for (Lane* lane : due) {
    if (context_.budget.left(now) > 0) lane->begin_snapshot(now);
  }
  for (Lane* lane : lanes()) {
    lane->advance(now);
    // One commit at a time: without an answer none of them would find one.
    if (lane->pointer_due(now) && !context_.patience.over()) commit_pointer(*lane);
  }
}

base::Status LaneSet::snapshot_all() {
  base::Status result;
  for (const auto& [partition, lane] : lanes_) {
    if (!lane->open()) continue;
    const base::Status saved = lane->snapshot(context_.parts.clock.steady());
    if (!saved.ok() && result.ok()) result = saved.error().with_context(to_string(partition));
  }
  return result;
}

void LaneSet::undo(Lane& lane, CommitResult result) {
  if (lane.refusal()) return lane.stop(never_committed());
  const base::TopicPartition partition = lane.partition();
  const int times = ++undone_[partition];
  if (times > kMostUndone) return lane.refuse(never_committed());
  base::log_warning("stream",
                    result == CommitResult::kFenced
                        ? "another log of the lane has fenced this one; fencing it in turn"
                        : "a batch was not committed; going back to the committed state",
                    {{"lane", to_string(partition)}, {"times", std::to_string(times)}});
  OpenRequest request;
  request.trust = lane.damaged() ? Trust::kProven : Trust::kUsual;
  if (result == CommitResult::kAborted) request.log = lane.take_log();
  if (times > 1 || result == CommitResult::kFenced) {
    request.not_before = context_.parts.clock.steady() +
                         std::min(kLongestPause, kFirstPause * (1 << std::min(times - 1, 10)));
  }
  open(partition, std::move(request));
  advance();
}

void LaneSet::evict() { evictor_.run(lanes()); }

int LaneSet::mend() {
  int mended = 0;
  for (Lane* lane : lanes()) {
    if (!lane->damaged()) continue;
    open(lane->partition(), {.trust = Trust::kProven});
    ++mended;
  }
  if (mended > 0) advance();
  return mended;
}

DeviceCounts LaneSet::device_counts() const {
  DeviceCounts counts{.devices = static_cast<std::int64_t>(context_.owners.size()),
                      .evictions = context_.evictions,
                      .loads = context_.loads};
  for (const auto& [partition, lane] : lanes_) {
    counts.resident += static_cast<std::int64_t>(lane->devices().residents().size());
  }
  return counts;
}

void LaneSet::clear() {
  lanes_.clear();
  last_ = nullptr;
}

void LaneSet::give_up(const base::TopicPartition& partition) {
  forget(partition);
  context_.owners.release(partition);
}

void LaneSet::forget(const base::TopicPartition& partition) {
  const auto found = lanes_.find(partition);
  if (found == lanes_.end()) return;
  last_ = nullptr;
  lanes_.erase(found);
}

}  // namespace cortado::stream
