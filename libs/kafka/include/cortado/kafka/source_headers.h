// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "cortado/base/ids.h"
#include "cortado/base/raw_record.h"

namespace cortado::kafka {

/// The headers that an enriched record has behind those of its input record, in this order.
inline constexpr std::string_view kSourceTopicHeader = "cortado-source-topic";
inline constexpr std::string_view kSourcePartitionHeader = "cortado-source-partition";
inline constexpr std::string_view kSourceOffsetHeader = "cortado-source-offset";

/// Where the input record of an enriched one stands in its lane; none if `output` is no enriched
/// record of this lane's. Pure.
std::optional<base::Offset> enriched_source(const base::RawRecord& output,
                                            const base::TopicPartition& lane);

/// Where the input record of an enriched one or of a dead letter stands in its lane; none if
/// `output` was made from none of this lane's. Pure.
std::optional<base::Offset> source_offset(const base::RawRecord& output,
                                          const base::TopicPartition& lane);

}  // namespace cortado::kafka
