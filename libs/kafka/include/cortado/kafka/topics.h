// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// A topic that must exist.
struct TopicSpec {
  std::string name;
  std::optional<int> partitions;  ///< what it must have; none = whatever exists
  int partitions_if_created = 10;
  std::map<std::string, std::string> configs = {};  ///< when created; these win over topic_configs
};

/// The administrator's calls that we need. One thread at a time; a call that asks waits at most for
/// the patience given.
class KafkaAdmin {
 public:
  /// Does not connect yet. **Errors:** kInvalidConfig.
  static base::Result<std::unique_ptr<KafkaAdmin>> create(
      const KafkaConfig& config,
      std::chrono::milliseconds patience = std::chrono::milliseconds(10'000));
  ~KafkaAdmin();
  KafkaAdmin(const KafkaAdmin&) = delete;
  KafkaAdmin& operator=(const KafkaAdmin&) = delete;

  /// Let the call that waits, and all after it, fail within a second. Thread-safe.
  void give_up();
  /// Ask whether any broker answers. **Errors:** kDenied, kUnavailable.
  base::Status ping();

  /// Return the number of partitions, or none if the topic does not exist; never creates it.
  /// **Errors:** kDenied naming the command to run, kUnavailable.
  base::Result<std::optional<int>> partition_count(const std::string& topic);
  /// Return the number of partitions after creating the topic if it is missing and
  /// config.create_topics allows it. **Errors:** kAlreadyExists (another number than the set one),
  /// kNotFound (missing, may not be created), kDenied, kUnsupported (a broker without admin calls,
  /// a bad topic configuration), kUnavailable; each with the command to run where one helps.
  base::Result<int> ensure_topic(const TopicSpec& spec);
  /// Return what ensure_topic() would, but create nothing: the broker is asked whether it would.
  /// **Errors:** as ensure_topic().
  base::Result<int> check_topic(const TopicSpec& spec);
  /// Return the offset that the next record of each partition will get: without transactions the
  /// number of records ever written to it. **Errors:** kNotFound, kDenied, kUnavailable.
  base::Result<std::vector<base::Offset>> end_offsets(const std::string& topic);
  /// Return a setting of a topic as it is in force. **Errors:** kNotFound, kDenied, kUnsupported (a
  /// broker without admin calls), kUnavailable.
  base::Result<std::string> topic_setting(const std::string& topic, const std::string& name);
  /// Return the cluster's id. **Errors:** kDenied, kUnavailable.
  base::Result<std::string> cluster_id();

 private:
  struct Impl;
  explicit KafkaAdmin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What the topics of the three roles must be; where not set, as many partitions as the input has.
TopicSpec input_topic_spec(const KafkaConfig& config);
TopicSpec output_topic_spec(const KafkaConfig& config, int input_partitions);
TopicSpec dead_letter_topic_spec(const KafkaConfig& config, int input_partitions);

/// What `detect` works on.
struct TopicLayout {
  int input_partitions = 0;
  int output_partitions = 0;
  int dead_letter_partitions = 0;
  std::string cluster_id;
};

/// Make sure that input, output and dead-letter topic exist as the configuration says. **Errors:**
/// as KafkaAdmin::ensure_topic.
base::Result<TopicLayout> ensure_topics(const KafkaConfig& config);

/// Return what ensure_topics() would, but create nothing. **Errors:** as ensure_topics().
base::Result<TopicLayout> check_topics(const KafkaConfig& config);

/// Log a warning if the input topic is compacted so soon that a replay might miss records. Says
/// nothing where the broker does not tell.
void warn_of_compaction(const KafkaConfig& config);

}  // namespace cortado::kafka
