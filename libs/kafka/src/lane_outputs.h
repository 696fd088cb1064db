// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/kafka/topic_reader.h"
#include "lane_records.h"

namespace cortado::kafka {

/// The one header of a record that is aborted in every partition that a lane writes when it begins
/// at an offset that it has not committed itself: its value is the lane's transactional id. Outputs
/// before it are of another run over the same input.
inline constexpr std::string_view kMovedHeader = "cortado-moved";

/// The partitions to which a lane's enriched records go; none for a lane that was not there when
/// the topics were laid out.
std::vector<base::TopicPartition> enriched_partitions(const LaneTargets& targets,
                                                      const base::TopicPartition& lane);
/// The same with those of its dead letters.
std::vector<base::TopicPartition> output_partitions(const LaneTargets& targets,
                                                    const base::TopicPartition& lane);

/// The input offset of the first output of this lane in the ranges, of which each is looked at:
/// others may write there too. **Errors:** as TopicReader::read.
base::Result<std::optional<base::Offset>> first_output(TopicReader& reader,
                                                       std::span<const OffsetRange> ranges,
                                                       const base::TopicPartition& lane);
/// The highest input offset of this lane's enriched records in the ranges. **Errors:** as
/// TopicReader::read.
base::Result<std::optional<base::Offset>> highest_enriched(TopicReader& reader,
                                                           std::span<const OffsetRange> ranges,
                                                           const base::TopicPartition& lane);

/// A lane whose committed position a transaction was about to change.
struct PendingLane {
  const base::TopicPartition& lane;
  std::string id;          ///< transactional
  base::Offset committed;  ///< its position without that transaction
};

/// Where in a partition, which is read from its end backwards, records begin that the transaction
/// may have written: behind the lane's last output of a record below its position, and behind the
/// last mark of a move. `all` reads uncommitted records too. **Errors:** as TopicReader::read.
base::Result<base::Offset> begin_of_pending(TopicReader& all, const OffsetRange& whole,
                                            const PendingLane& pending);

}  // namespace cortado::kafka
