// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "cortado/base/ids.h"

namespace cortado::kafka {

/// What to do with a record that arrived.
enum class Arrival {
  kExpected,
  kGap,      ///< offsets were passed over; deliver it
  kStale,    ///< before the expected offset: it came again after a resume or seek
  kForeign,  ///< of a partition that is not ours, or not sought yet
};

/// What the source knows of each of its partitions. Pure: it does nothing but remember and decide.
class PartitionLedger {
 public:
  struct Entry {
    std::optional<base::Offset> expected;  ///< none until sought
    bool fetching = false;                 ///< librdkafka has it in its assignment
    bool paused = false;
  };

  void add(const base::TopicPartition& partition) { entries_[partition] = {}; }
  void remove(const base::TopicPartition& partition);
  void clear();
  Entry* find(const base::TopicPartition& partition);
  std::vector<base::TopicPartition> all() const;
  /// Those of `among` that are sought and not fetched yet.
  std::vector<base::TopicPartition> ready(std::span<const base::TopicPartition> among) const;
  /// Those of `among` that librdkafka has.
  std::vector<base::TopicPartition> fetched(std::span<const base::TopicPartition> among) const;
  /// Judge a record and expect the one after it, unless it is not to be delivered.
  Arrival arrive(std::string_view topic, base::Partition partition, base::Offset offset);

 private:
  using Entries = std::map<base::TopicPartition, Entry>;

  Entry* find(std::string_view topic, base::Partition partition);

  Entries entries_;
  Entries::value_type* last_ = nullptr;  ///< whose record came last: so will the next one's
};

}  // namespace cortado::kafka
