// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cortado/stream/background.h"
#include "cortado/stream/engine.h"
#include "memory_cluster.h"

namespace cortado::stream::testing {

/// Where a worker may be interrupted: others go on, or it dies.
using Interruption = std::function<void(const char* where)>;

/// Jobs that wait until somebody runs them, in any order.
class SteppedBackground final : public Background {
 public:
  void submit(std::function<void()> job) override { jobs_.push_back(std::move(job)); }
  bool wait(const std::function<bool()>& done, const std::function<bool()>&) override {
    while (!done()) run_one(0);
    return true;
  }
  std::size_t waiting() const { return jobs_.size(); }
  void run_one(std::size_t which);

 private:
  std::deque<std::function<void()>> jobs_;
};

/// A member of a MemoryCluster's group as a source.
class ClusterSource final : public PartitionedSource {
 public:
  ClusterSource(MemoryCluster& cluster, int member, base::Random& random, Interruption interrupt)
      : cluster_(cluster), member_(member), random_(random), interrupt_(std::move(interrupt)) {}

  base::Status start(AssignmentListener& listener) override;
  base::Result<SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                 RecordReceiver& receiver) override;
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  base::Status pause(const base::TopicPartition& partition) override;
  base::Status resume(const base::TopicPartition& partition) override;
  base::Result<Watermarks> watermarks(const base::TopicPartition& partition) override;
  base::Result<base::Offset> first_offset(const base::TopicPartition& /*partition*/) override {
    return base::Offset(0);
  }
  bool owns(const base::TopicPartition& partition) override;
  base::Result<int> partition_count() override;
  void close() override;

  /// The generation as the client knows it: read right before offsets are sent.
  std::int64_t generation() const { return generation_; }
  int member() const { return member_; }
  /// The process is gone: nothing of it acts any more.
  void die() { dead_ = true; }
  bool dead() const { return dead_; }

 private:
  void follow_group();
  void deliver(std::size_t limit, RecordReceiver& receiver);
  std::vector<base::TopicPartition> named(const std::set<int>& partitions) const;

  MemoryCluster& cluster_;
  const int member_;
  base::Random& random_;
  Interruption interrupt_;
  AssignmentListener* listener_ = nullptr;
  std::map<int, std::int64_t> positions_;
  std::set<int> paused_;
  std::int64_t generation_ = 0;
  bool dead_ = false;
};

/// Logs of a MemoryCluster, with transactions or without.
class ClusterLogs final : public LaneLogFactory {
 public:
  ClusterLogs(MemoryCluster& cluster, ClusterSource& source, base::Random& random,
              Interruption interrupt, bool transactional)
      : cluster_(cluster),
        source_(source),
        random_(random),
        interrupt_(std::move(interrupt)),
        transactional_(transactional) {}

  base::Result<std::unique_ptr<LaneLog>> create(const base::TopicPartition& partition) override;
  bool remote() const override { return true; }
  bool exactly_once() const override { return transactional_; }

  /// One commit in so many is aborted, or its answer is lost; 0 = none.
  std::uint64_t trouble = 0;

 private:
  class Log;
  MemoryCluster& cluster_;
  ClusterSource& source_;
  base::Random& random_;
  Interruption interrupt_;
  bool transactional_;
};

}  // namespace cortado::stream::testing
