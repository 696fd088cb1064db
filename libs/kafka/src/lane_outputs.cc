// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_outputs.h"

#include <algorithm>

#include "cortado/kafka/source_headers.h"

namespace cortado::kafka {
namespace {

using base::Offset;
using base::TopicPartition;

constexpr std::int64_t kFirstStep = 1'000;

void add_partitions(const Target& target, const TopicPartition& lane, int input_partitions,
                    std::vector<TopicPartition>& partitions) {
  if (target.partitions == input_partitions) {
    partitions.push_back({target.topic, lane.partition});
    return;
  }
  for (int i = 0; i < target.partitions; ++i)
    partitions.push_back({target.topic, base::Partition(i)});
}

/// A lane's outputs stand in a partition in the order of their offsets, so that its last is
/// highest.
base::Result<std::optional<Offset>> last_output(TopicReader& reader, const OffsetRange& whole,
                                                const TopicPartition& lane) {
  std::optional<Offset> last;
  OffsetRange part{whole.partition, whole.end, whole.end};
  for (std::int64_t step = kFirstStep; !last && part.begin > whole.begin; step *= 2) {
    part.end = part.begin;
    part.begin = Offset(std::max(whole.begin.get(), part.end.get() - step));
    CORTADO_TRY(reader.read({&part, 1}, [&](const base::RawRecord& record) {
      if (const auto found = source_offset(record, lane)) last = found;
      return true;
    }));
  }
  return last;
}

}  // namespace

std::vector<TopicPartition> output_partitions(const LaneTargets& targets,
                                              const TopicPartition& lane) {
  std::vector<TopicPartition> partitions;
  if (lane.partition.get() >= targets.input_partitions) return partitions;
  add_partitions(targets.output, lane, targets.input_partitions, partitions);
  add_partitions(targets.dead_letters, lane, targets.input_partitions, partitions);
  return partitions;
}

base::Result<std::optional<Offset>> first_output(TopicReader& reader,
                                                 std::span<const OffsetRange> ranges,
                                                 const TopicPartition& lane) {
  std::optional<Offset> first;
  for (const OffsetRange& range : ranges) {
    CORTADO_TRY(reader.read({&range, 1}, [&](const base::RawRecord& record) {
      const auto found = source_offset(record, lane);
      if (found && (!first || *found < *first)) first = found;
      return !found;
    }));
  }
  return first;
}

base::Result<std::optional<Offset>> last_output(TopicReader& reader,
                                                std::span<const TopicPartition> partitions,
                                                const TopicPartition& lane) {
  std::optional<Offset> last;
  for (const TopicPartition& partition : partitions) {
    CORTADO_ASSIGN(const OffsetRange whole, reader.range(partition));
    CORTADO_ASSIGN(const auto found, last_output(reader, whole, lane));
    if (found && (!last || *found > *last)) last = found;
  }
  return last;
}

}  // namespace cortado::kafka
