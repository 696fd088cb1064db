// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client.h"
#include "cortado/base/result.h"
#include "cortado/stream/source.h"

struct rd_kafka_topic_partition_list_s;

namespace cortado::kafka {

constexpr std::chrono::milliseconds kAdminTimeout{10'000};
/// Calls are cut into slices of this, so that what comes only by callback is seen in time.
constexpr std::chrono::milliseconds kSlice{500};

/// Call `attempt` again while its code is retriable, at most for `patience`. `between` runs
/// after each attempt in vain (a client without a poll loop serves its callbacks there).
/// **Errors:** the client's verdict, that of any other code, kUnavailable when the time is over:
/// with the brokers' last answer, if they gave one.
base::Status retry(Client& client, const std::string& what,
                   const std::function<int(std::chrono::milliseconds slice)>& attempt,
                   const std::function<void()>& between,
                   std::chrono::milliseconds patience = kAdminTimeout);

/// Number of partitions of a topic; none if it does not exist. Never creates it.
base::Result<std::optional<int>> read_partition_count(
    Client& client, const std::string& topic, const std::function<void()>& between,
    std::chrono::milliseconds patience = kAdminTimeout);

/// One request for the offsets of a list's partitions at the times (or marks) that stand in it,
/// which they take the place of. Return librdkafka's code, or the first partition's that has one; a
/// partition without a known leader, as after an outage, is one to ask for again.
int ask_offsets(Client& client, rd_kafka_topic_partition_list_s& list,
                std::chrono::milliseconds slice);

/// Say of a topic that brokers do not know (any more) what has become of it. kNotFound alone
/// changes.
base::Error explain_missing(const base::Error& error, const std::string& topic);

/// Which offset of a partition.
enum class Mark { kBegin, kEnd };

/// Offsets of partitions, in their order, asked for at once. Unlike
/// rd_kafka_query_watermark_offsets it returns in time whatever the broker does.
base::Result<std::vector<base::Offset>> read_offsets(
    Client& client, std::span<const base::TopicPartition> partitions, Mark mark,
    const std::function<void()>& between, std::chrono::milliseconds patience = kAdminTimeout);

base::Result<stream::Watermarks> read_watermarks(Client& client,
                                                 const base::TopicPartition& partition);

}  // namespace cortado::kafka
