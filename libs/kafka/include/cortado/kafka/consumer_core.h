// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// Where a consumer begins: at a given offset, or at the default for partitions without one.
struct StartingOffsets {
  enum class Default { kBeginning, kEnd };

  Default otherwise = Default::kBeginning;
  std::map<base::TopicPartition, base::Offset> at = {};
};

/// Which partitions a consumer reads: topics or a pattern of them through its group, or fixed ones
/// without a group.
struct Subscription {
  enum class Kind { kTopics, kPattern, kPartitions };

  Kind kind = Kind::kTopics;
  std::vector<std::string> topics;               ///< of kTopics
  std::string pattern;                           ///< of kPattern: an extended regular expression
  std::vector<base::TopicPartition> partitions;  ///< of kPartitions
  StartingOffsets start;
};

/// The untyped consumer for whoever only looks: it never commits, so that it starts at its starting
/// offsets each time. One thread at a time.
class ConsumerCore {
 public:
  /// Subscribe or assign. With kTopics and kPattern it joins config.group_id: give a viewer a group
  /// of its own. **Errors:** kInvalidConfig, kInvalidArgument (nothing to read, a bad pattern).
  static base::Result<std::unique_ptr<ConsumerCore>> create(const KafkaConfig& config,
                                                            const Subscription& subscription);
  ~ConsumerCore();
  ConsumerCore(const ConsumerCore&) = delete;
  ConsumerCore& operator=(const ConsumerCore&) = delete;

  /// Hears, where the property enable.partition.eof is set, that a partition holds no record below
  /// `next` that was not handed over: the end of a transaction takes an offset too.
  using Reached = std::function<void(const base::TopicPartition&, base::Offset next)>;

  /// Wait up to `timeout` for the first record, then hand over what is there, at most `limit`. The
  /// record's bytes are valid during the call only. **Errors:** kDenied, kNotFound (an offset that
  /// does not exist), kUnavailable.
  base::Status poll(std::chrono::milliseconds timeout, std::size_t limit,
                    const std::function<void(const base::RawRecord&)>& receive,
                    const Reached& reached = {});
  /// The partitions read now.
  std::vector<base::TopicPartition> assignment() const;

 private:
  struct Impl;
  explicit ConsumerCore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
