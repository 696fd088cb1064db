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

bool is_mark_of_move(const base::RawRecord& record, std::string_view id) {
  return record.headers.size() == 1 && record.headers[0].key == kMovedHeader &&
         record.headers[0].value == id;
}

}  // namespace

std::vector<TopicPartition> enriched_partitions(const LaneTargets& targets,
                                                const TopicPartition& lane) {
  std::vector<TopicPartition> partitions;
  if (lane.partition.get() < targets.input_partitions)
    add_partitions(targets.output, lane, targets.input_partitions, partitions);
  return partitions;
}

std::vector<TopicPartition> output_partitions(const LaneTargets& targets,
                                              const TopicPartition& lane) {
  auto partitions = enriched_partitions(targets, lane);
  if (lane.partition.get() < targets.input_partitions)
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

base::Result<std::optional<Offset>> highest_enriched(TopicReader& reader,
                                                     std::span<const OffsetRange> ranges,
                                                     const TopicPartition& lane) {
  std::optional<Offset> highest;
  CORTADO_TRY(reader.read(ranges, [&](const base::RawRecord& record) {
    const auto found = enriched_source(record, lane);
    if (found && (!highest || *found > *highest)) highest = found;
    return true;
  }));
  return highest;
}

base::Result<Offset> begin_of_pending(TopicReader& all, const OffsetRange& whole,
                                      const PendingLane& pending) {
  std::optional<Offset> before;
  OffsetRange part{whole.partition, whole.end, whole.end};
  for (std::int64_t step = kFirstStep; !before && part.begin > whole.begin; step *= 2) {
    part.end = part.begin;
    part.begin = Offset(std::max(whole.begin.get(), part.end.get() - step));
    CORTADO_TRY(all.read({&part, 1}, [&](const base::RawRecord& record) {
      const auto found = enriched_source(record, pending.lane);
      if ((found && *found < pending.committed) || is_mark_of_move(record, pending.id))
        before = record.offset;
      return true;
    }));
  }
  return before ? Offset(before->get() + 1) : whole.begin;
}

}  // namespace cortado::kafka
