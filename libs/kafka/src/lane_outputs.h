// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/kafka/topic_reader.h"
#include "lane_records.h"

namespace cortado::kafka {

/// The partitions to which a lane's enriched records and dead letters go; none for a lane that was
/// not there when the topics were laid out.
std::vector<base::TopicPartition> output_partitions(const LaneTargets& targets,
                                                    const base::TopicPartition& lane);

/// The input offset of the first output of this lane in the ranges, of which each is looked at:
/// others may write there too. **Errors:** as TopicReader::read.
base::Result<std::optional<base::Offset>> first_output(TopicReader& reader,
                                                       std::span<const OffsetRange> ranges,
                                                       const base::TopicPartition& lane);
/// The highest input offset of this lane's outputs in the partitions, which are read from their
/// ends backwards. **Errors:** as TopicReader::read.
base::Result<std::optional<base::Offset>> last_output(
    TopicReader& reader, std::span<const base::TopicPartition> partitions,
    const base::TopicPartition& lane);

}  // namespace cortado::kafka
