// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cortado/base/ids.h"

namespace cortado::stream::testing {

/// A record of a MemoryTopic.
struct InputRecord {
  std::string key;
  std::string value;
  std::chrono::nanoseconds arrival{0};  ///< not delivered before this steady time
  std::string header = {};              ///< the value of the one header "h"; empty = none
};

/// An input topic in memory; a record's offset is its place in its partition.
struct MemoryTopic {
  std::string name;
  std::vector<std::vector<InputRecord>> partitions;
  std::vector<std::int64_t> low;  ///< low watermarks; empty = 0 everywhere

  MemoryTopic(std::string topic, std::size_t count) : name(std::move(topic)), partitions(count) {}

  base::TopicPartition at(int partition) const { return {name, base::Partition(partition)}; }
  void add(int partition, InputRecord record) {
    partitions[static_cast<std::size_t>(partition)].push_back(std::move(record));
  }
  std::int64_t size(int partition) const {
    return static_cast<std::int64_t>(partitions[static_cast<std::size_t>(partition)].size());
  }
};

}  // namespace cortado::stream::testing
