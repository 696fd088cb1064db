// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/kafka/producer_core.h"

namespace cortado::kafka {

/// Where outcomes go.
struct Target {
  std::string topic;
  int partitions = 0;
};

/// Where the records of all lanes go.
struct LaneTargets {
  Target output;
  Target dead_letters;
  std::string group;        ///< who writes them, told in dead letters
  std::string state_topic;  ///< of the snapshot store; empty: it is not in a topic
  int input_partitions = 0;
};

/// Makes a lane's outcomes into records and sends them.
class LaneRecords {
 public:
  LaneRecords(ProducerCore& producer, const LaneTargets& targets, DeliveryTracker& tracker)
      : producer_(producer), targets_(targets), tracker_(tracker) {}

  base::Status append(const base::RawRecord& input, const base::Outcome& outcome);
  /// Send tombstones to a partition of the state topic.
  base::Status discard(std::span<const std::string> keys, base::Partition partition);

 private:
  base::Status send_enriched(const base::RawRecord& input, const base::Outcome& outcome);
  base::Status send_dead_letter(const base::RawRecord& input, const base::Outcome& outcome,
                                const std::string& reason);

  ProducerCore& producer_;
  const LaneTargets& targets_;
  DeliveryTracker& tracker_;
  std::vector<base::RawHeader> headers_;
};

}  // namespace cortado::kafka
