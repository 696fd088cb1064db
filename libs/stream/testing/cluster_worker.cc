// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cluster_worker.h"

#include <algorithm>
#include <array>

namespace cortado::stream::testing {
namespace {

base::Error dead_error() { return base::Error(base::ErrorCode::kIo, "dead"); }

}  // namespace

void SteppedBackground::run_one(std::size_t which) {
  if (jobs_.empty()) return;
  const auto at = jobs_.begin() + static_cast<std::ptrdiff_t>(which % jobs_.size());
  const auto job = std::move(*at);
  jobs_.erase(at);
  job();
}

base::Status ClusterSource::start(AssignmentListener& listener) {
  listener_ = &listener;
  cluster_.join(member_);
  return {};
}

std::vector<base::TopicPartition> ClusterSource::named(const std::set<int>& partitions) const {
  std::vector<base::TopicPartition> result;
  for (const int partition : partitions) result.push_back(cluster_.topic().at(partition));
  return result;
}

void ClusterSource::follow_group() {
  MemoryCluster::Member* me = cluster_.member(member_);
  if (me->expired) {
    const auto gone = named(me->owned);
    positions_.clear();
    if (!gone.empty()) listener_->lost(gone);
    if (!dead_) cluster_.join(member_);
  } else if (me->revoking) {
    const auto gone = named(me->owned);
    listener_->revoked(gone);
    positions_.clear();
    // The session may have ended while the callback took its time.
    me = cluster_.member(member_);
    if (!dead_ && me != nullptr && !me->expired) cluster_.gave_up(member_);
  }
  if (dead_ || cluster_.member(member_)->expired) return;
  const auto mine = cluster_.collect(member_);
  if (!mine) return;
  generation_ = cluster_.member(member_)->generation;
  listener_->assigned(named(*mine));
}

base::Result<SourceState> ClusterSource::poll(std::chrono::milliseconds timeout, std::size_t limit,
                                              RecordReceiver& receiver) {
  interrupt_("poll");
  if (dead_) return dead_error();
  follow_group();
  if (dead_) return dead_error();
  cluster_.clock().sleep_until(cluster_.clock().steady() + timeout);
  deliver(limit, receiver);
  return SourceState::kOpen;
}

void ClusterSource::deliver(std::size_t limit, RecordReceiver& receiver) {
  const std::size_t most = 1 + random_.below(std::min<std::size_t>(limit, 40));
  for (std::size_t i = 0; i < most; ++i) {
    std::vector<int> ready;
    for (const auto& [partition, position] : positions_) {
      if (!paused_.contains(partition) && position < cluster_.topic().size(partition)) {
        ready.push_back(partition);
      }
    }
    if (ready.empty()) return;
    const int partition = ready[random_.below(ready.size())];
    std::int64_t& position = positions_[partition];
    const InputRecord& source =
        cluster_.topic()
            .partitions[static_cast<std::size_t>(partition)][static_cast<std::size_t>(position)];
    const std::array<base::RawHeader, 1> headers = {{{"h", source.header}}};
    base::RawRecord record;
    record.topic = cluster_.topic().name;
    record.partition = base::Partition(partition);
    record.offset = base::Offset(position++);
    record.key = source.key;
    record.value = source.value;
    if (!source.header.empty()) record.headers = headers;
    receiver.receive(record);
  }
}

base::Status ClusterSource::seek(const base::TopicPartition& partition, base::Offset next) {
  positions_[partition.partition.get()] = next.get();
  return {};
}

base::Status ClusterSource::pause(const base::TopicPartition& partition) {
  paused_.insert(partition.partition.get());
  return {};
}

base::Status ClusterSource::resume(const base::TopicPartition& partition) {
  paused_.erase(partition.partition.get());
  return {};
}

base::Result<Watermarks> ClusterSource::watermarks(const base::TopicPartition& partition) {
  return Watermarks{base::Offset(0),
                    base::Offset(cluster_.topic().size(partition.partition.get()))};
}

bool ClusterSource::owns(const base::TopicPartition& partition) {
  const MemoryCluster::Member* me = cluster_.member(member_);
  // What the client knows: it hears of an expired session at its next poll, or earlier, or never.
  const bool knows = me == nullptr || (me->expired && random_.below(2) == 0);
  return !dead_ && !knows && me->owned.contains(partition.partition.get());
}

base::Result<int> ClusterSource::partition_count() {
  return static_cast<int>(cluster_.topic().partitions.size());
}

void ClusterSource::close() {
  if (dead_) return;
  const MemoryCluster::Member* me = cluster_.member(member_);
  if (me != nullptr && !me->expired && !me->owned.empty()) listener_->revoked(named(me->owned));
  if (!dead_) cluster_.leave(member_);
}

/// A producer of one epoch. What it holds back becomes visible when its commit reaches the broker.
class ClusterLogs::Log final : public LaneLog {
 public:
  Log(ClusterLogs& logs, int partition) : logs_(logs), partition_(partition) {}

  base::Status fence() override {
    logs_.interrupt_("fence");
    if (logs_.source_.dead()) return dead_error();
    if (logs_.transactional_) epoch_ = ++lane().epoch;
    logs_.interrupt_("fenced");
    return logs_.source_.dead() ? base::Status(dead_error()) : base::Status();
  }

  base::Result<LanePosition> position() override {
    logs_.interrupt_("position");
    if (logs_.source_.dead()) return dead_error();
    return LanePosition{lane().next, lane().pointer};
  }

  base::Status begin() override {
    logs_.interrupt_("begin");
    if (logs_.source_.dead()) return dead_error();
    held_.clear();
    return {};
  }

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome) override {
    held_.push_back({.offset = input.offset.get(),
                     .kind = outcome.kind,
                     .device = outcome.device,
                     .value = outcome.value,
                     .reason = outcome.reason});
    if (!logs_.transactional_) show();
    return {};
  }

  base::Result<CommitResult> commit(base::Offset next, std::string_view pointer) override {
    const std::int64_t generation = logs_.source_.generation();
    logs_.interrupt_("send offsets");
    if (logs_.source_.dead()) return dead_error();
    const bool troubled = logs_.trouble > 0 && logs_.random_.below(logs_.trouble) == 0;
    const bool lost_request = troubled && logs_.random_.below(3) == 0;
    if (fenced()) return CommitResult::kFenced;
    if (!logs_.cluster_.accepts(logs_.source_.member(), generation)) return CommitResult::kAborted;
    if (troubled && !lost_request && logs_.random_.below(2) == 0) return CommitResult::kAborted;
    // Offsets are in the transaction now; whether the member stays in the group matters no more.
    logs_.interrupt_("commit");
    if (logs_.source_.dead()) return dead_error();
    if (fenced()) return CommitResult::kFenced;
    if (!logs_.transactional_ && !logs_.cluster_.accepts(logs_.source_.member(), generation)) {
      return CommitResult::kAborted;
    }
    if (lost_request) return CommitResult::kUnknown;
    if (logs_.transactional_) show();
    lane().next = next;
    lane().pointer = pointer;
    logs_.interrupt_("committed");
    if (logs_.source_.dead()) return dead_error();
    return troubled ? CommitResult::kUnknown : CommitResult::kCommitted;
  }

  base::Status abort() override {
    held_.clear();
    return {};
  }

 private:
  MemoryCluster::Lane& lane() { return logs_.cluster_.lane(partition_); }
  bool fenced() { return logs_.transactional_ && epoch_ != lane().epoch; }
  void show() {
    lane().outcomes.insert(lane().outcomes.end(), held_.begin(), held_.end());
    held_.clear();
  }

  ClusterLogs& logs_;
  const int partition_;
  std::int64_t epoch_ = 0;
  std::vector<LoggedOutcome> held_;
};

base::Result<std::unique_ptr<LaneLog>> ClusterLogs::create(const base::TopicPartition& partition) {
  return std::unique_ptr<LaneLog>(std::make_unique<Log>(*this, partition.partition.get()));
}

}  // namespace cortado::stream::testing
