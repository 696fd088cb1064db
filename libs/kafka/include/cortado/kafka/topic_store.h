// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/clock.h"
#include "cortado/base/file_system.h"
#include "cortado/base/ids.h"
#include "cortado/base/patience.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/snapshot_store.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/topics.h"
#include "cortado/stream/crash_journal.h"

namespace cortado::kafka {

/// Return the name of a group's state topic: "cortado.<group_id>.<input_topic>.state", or
/// "cortado..<bytes of group_id>.<group_id>.<input_topic>.state" if the group's id holds a dot.
std::string state_topic(const KafkaConfig& config);

/// Return what the state topic must be; `partitions` is the input topic's.
TopicSpec state_topic_spec(const KafkaConfig& config, int partitions);

/// How a store behaves towards others.
struct StoreOptions {
  /// Whoever waits for the broker gives up once it is over; outlives the stores. Null: never.
  const base::Patience* patience = nullptr;
  /// Called before records are read or written and after, on any thread: read, write, written. For
  /// tests that end the process there.
  std::function<void(std::string_view step)> at_step = {};
};

/// Snapshots in a compacted topic of the group (docs/formats/state-topic.md): lane p uses partition
/// p. Written by a plain idempotent producer, durable before a commit names them; what is
/// superseded is left to the lane's log to delete. Thread-safe.
/// Also where workers tell each other of processes that died at a record.
class TopicStores final : public checkpoint::SnapshotStores, public stream::CrashBoard {
 public:
  /// Make the topic if it is missing; `partitions` is the input topic's. Where state_topic() is
  /// missing and a topic of a former build holds this input's state, go on there. **Errors:** as
  /// KafkaAdmin::ensure_topic; kInvalidConfig if the topic is not compacted.
  static base::Result<std::unique_ptr<TopicStores>> create(const KafkaConfig& config,
                                                           int partitions,
                                                           const StoreOptions& options = {});
  /// Return create()'s error, but make nothing.
  static base::Status check(const KafkaConfig& config, int partitions);
  ~TopicStores() override;

  /// The topic that holds the snapshots.
  const std::string& topic() const;
  /// The store's superseded() returns the keys to delete in the lane's partition of topic().
  base::Result<std::unique_ptr<checkpoint::SnapshotStore>> open(
      const checkpoint::LaneIdentity& identity, std::uint64_t writer) override;
  std::string place(const base::TopicPartition& lane) const override;

  base::Status tell(const base::TopicPartition& lane,
                    std::span<const stream::CrashDeath> deaths) override;
  base::Result<std::vector<stream::CrashDeath>> told(const base::TopicPartition& lane) override;
  base::Status forget(const base::TopicPartition& lane,
                      std::span<const std::string> names) override;

  /// A lane's snapshots as files, for whoever looks at them (checkpoint::LaneArchive in place()).
  base::FileSystem& files(const base::TopicPartition& lane);
  /// When a file was written, as the broker stamped it; none if that is not known.
  std::optional<base::EpochMillis> written(const base::TopicPartition& lane,
                                           const std::string& name) const;
  /// Delete files of a lane at once; not for whoever has a log. **Errors:** those of a producer.
  base::Status remove(const base::TopicPartition& lane, const std::vector<std::string>& names);

 private:
  struct Impl;
  explicit TopicStores(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
