// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/producer_core.h"
#include "cortado/kafka/topic_reader.h"
#include "cortado/stream/lane_log.h"
#include "lane_records.h"
#include "transaction.h"

namespace cortado::kafka {

/// What is known of a lane whose former producers are fenced. Offsets are those of input records.
struct LaneEnds {
  bool told = true;  ///< false: the broker says that it holds an offset that is neither
  std::optional<base::Offset> committed = {};   ///< where the lane goes on, without that one
  std::optional<base::Offset> first_open = {};  ///< of its first output that is neither
  /// If not told: of its last enriched records since `committed`, committed ones and others.
  std::optional<base::Offset> last_visible = {};
  std::optional<base::Offset> last_open = {};
  bool deletions_open = false;  ///< some in the state topic are neither
  bool moved = false;           ///< `committed` was set by somebody else than a lane
};

enum class Ending {
  kNone,    ///< there is nothing to end, or the next commit does it
  kAbort,   ///< nothing of it counts
  kCommit,  ///< its outputs count, so its offset has to
};

/// Decide it; pure.
Ending decide_ending(const LaneEnds& ends);

/// A transaction of a lane that its brokers hold for ended though they did not mark its end
/// everywhere (ADR 87). Its records would count with the next transaction of the same id, and its
/// offset keeps the lane's from being read.
class HangingTransaction {
 public:
  /// What it was written by, once that is initialized again; all outlive this.
  struct Parts {
    const KafkaConfig& config;
    KafkaSource& source;
    ProducerCore& producer;
    Transactions& transactions;
    const LaneTargets& targets;
    std::chrono::milliseconds timeout;
  };

  HangingTransaction(const Parts& parts, const base::TopicPartition& lane)
      : parts_(parts), lane_(lane) {}

  /// If there is one, end it as it was meant to: by the marks of another one that touches the same
  /// partitions. **Errors:** kUnavailable, kDenied.
  base::Status end();

 private:
  base::Result<LaneEnds> look();
  base::Result<std::optional<base::Offset>> first_open();
  base::Status look_behind_the_pending(LaneEnds& ends);
  base::Status look_at_enriched(LaneEnds& ends);
  std::vector<OffsetRange> open_in(const std::string& topic) const;
  base::Status abort(bool moved);
  base::Status commit(const LaneEnds& ends);

  const Parts parts_;
  const base::TopicPartition& lane_;
  std::vector<OffsetRange> open_;  ///< partitions with records that are neither
  std::string pointer_;            ///< beside LaneEnds::committed, if not told
};

}  // namespace cortado::kafka
