// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "cortado/base/random.h"
#include "cortado/stream/source.h"
#include "manual_clock.h"
#include "memory_topic.h"

namespace cortado::stream::testing {

/// Delivers a MemoryTopic in polls of random size, partitions interleaved at random. Waiting moves
/// the clock.
class MemorySource final : public PartitionedSource {
 public:
  struct Options {
    std::uint64_t seed = 1;
    std::size_t most_per_poll = 1'000'000;
    bool finishes = true;       ///< kFinished at the end, else it waits for ever
    std::vector<int> assigned;  ///< empty = all partitions
    bool from_latest = false;   ///< where nothing is committed, begin at the end
    std::function<void(MemorySource&)> before_poll = {};  ///< may call revoke, lose, assign
  };

  MemorySource(const MemoryTopic& topic, base::testing::ManualClock& clock, Options options)
      : topic_(topic), clock_(clock), options_(std::move(options)), random_(options_.seed) {}

  base::Status start(AssignmentListener& listener) override;
  base::Result<SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                 RecordReceiver& receiver) override;
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  base::Status pause(const base::TopicPartition& partition) override;
  base::Status resume(const base::TopicPartition& partition) override;
  base::Result<Watermarks> watermarks(const base::TopicPartition& partition) override;
  base::Result<base::Offset> first_offset(const base::TopicPartition& partition) override {
    const Watermarks marks = watermarks(partition).value();
    return options_.from_latest ? marks.high : marks.low;
  }
  bool first_offset_moves() const override { return options_.from_latest; }
  bool owns(const base::TopicPartition& partition) override;
  base::Result<int> partition_count() override;
  void close() override;

  void assign(const std::vector<int>& partitions);
  void revoke(const std::vector<int>& partitions);
  void lose(const std::vector<int>& partitions);

  bool closed() const { return closed_; }
  std::int64_t polls() const { return polls_; }
  std::int64_t pauses() const { return pauses_; }
  /// The offsets that were sought, in order.
  const std::vector<std::pair<int, std::int64_t>>& seeks() const { return seeks_; }

 private:
  std::vector<int> ready() const;
  bool at_end() const;
  std::chrono::nanoseconds next_arrival() const;
  void deliver(int partition, RecordReceiver& receiver);
  std::vector<base::TopicPartition> take(const std::vector<int>& partitions);

  const MemoryTopic& topic_;
  base::testing::ManualClock& clock_;
  Options options_;
  base::Random random_;
  AssignmentListener* listener_ = nullptr;
  bool joined_ = false;
  bool closed_ = false;
  std::int64_t polls_ = 0;
  std::int64_t pauses_ = 0;
  std::map<int, std::int64_t> positions_;  ///< of the assigned partitions
  std::set<int> paused_;
  std::vector<std::pair<int, std::int64_t>> seeks_;
};

}  // namespace cortado::stream::testing
