// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "memory_log.h"

namespace cortado::stream::testing {
namespace {

class MemoryLog final : public LaneLog {
 public:
  MemoryLog(MemoryLogs& logs, MemoryLogs::Lane& lane) : logs_(logs), lane_(lane) {}

  base::Result<LanePosition> position() override {
    return LanePosition{lane_.committed, lane_.pointer};
  }

  base::Status begin() override {
    if (open_) return misused("begin");
    open_ = true;
    return {};
  }

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome) override {
    if (!open_) return misused("append");
    if (logs_.on_append) CORTADO_TRY(logs_.on_append(logs_.appends));
    ++logs_.appends;
    lane_.outcomes.push_back({.offset = input.offset.get(),
                              .kind = outcome.kind,
                              .device = outcome.device,
                              .value = outcome.value,
                              .reason = outcome.reason});
    return {};
  }

  base::Result<CommitResult> commit(base::Offset next, std::string_view pointer) override {
    if (!open_) return misused("commit");
    open_ = false;
    const std::int64_t number = logs_.commits++;
    if (logs_.on_commit) {
      CORTADO_ASSIGN(const CommitResult result, logs_.on_commit(number));
      if (result != CommitResult::kCommitted) return result;
    }
    lane_.durable = lane_.outcomes.size();
    lane_.committed = next;
    lane_.pointer = pointer;
    return CommitResult::kCommitted;
  }

  base::Status abort() override {
    open_ = false;
    return {};
  }

 private:
  static base::Error misused(const std::string& call) {
    return base::Error(base::ErrorCode::kInternal, call + " out of order");
  }

  MemoryLogs& logs_;
  MemoryLogs::Lane& lane_;
  bool open_ = false;
};

}  // namespace

base::Result<std::unique_ptr<LaneLog>> MemoryLogs::create(const base::TopicPartition& partition) {
  return std::unique_ptr<LaneLog>(std::make_unique<MemoryLog>(*this, lanes_[partition]));
}

void MemoryLogs::crash(base::Random& random) {
  for (auto& [partition, lane] : lanes_) {
    const std::size_t pending = lane.outcomes.size() - lane.durable;
    lane.outcomes.resize(lane.durable + random.below(pending + 1));
    lane.durable = lane.outcomes.size();
  }
}

}  // namespace cortado::stream::testing
