// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "client_settings.h"

#include <algorithm>
#include <limits>

#include <librdkafka/rdkafka.h>

namespace cortado::kafka {
namespace {

constexpr int kCooperativeIsSound = 0x020601ff;

/// cooperative-sticky where the library's is sound: it moves no more partitions than it must.
std::string strategy_name(AssignmentStrategy strategy) {
  if (strategy == AssignmentStrategy::kAuto) {
    strategy = rd_kafka_version() >= kCooperativeIsSound ? AssignmentStrategy::kCooperativeSticky
                                                         : AssignmentStrategy::kRange;
  }
  return strategy == AssignmentStrategy::kRange ? "range" : "cooperative-sticky";
}

/// Of every consumer that is a member of the group.
ClientSettings member_settings(const KafkaConfig& config, const std::string& strategy) {
  return {.kind = ClientKind::kConsumer,
          .defaults = {{"fetch.wait.max.ms", "50"},
                       {"session.timeout.ms", "10000"},
                       {"heartbeat.interval.ms", "500"},
                       {"socket.nagle.disable", "true"}},
          .fixed = {{"group.id", config.group_id},
                    {"enable.auto.commit", "false"},
                    {"enable.auto.offset.store", "false"},
                    {"auto.offset.reset", "error"},
                    {"isolation.level", "read_committed"},
                    {"allow.auto.create.topics", "false"},
                    {"partition.assignment.strategy", strategy}},
          .rebalance_events = true};
}

/// A queue that is smaller holds no record of the largest size that a broker takes by default.
constexpr std::int64_t kLeastKilobytes = 8 << 10;

std::string clamped(std::int64_t value, std::int64_t least) {
  return std::to_string(
      std::clamp<std::int64_t>(value, least, std::numeric_limits<std::int32_t>::max()));
}

}  // namespace

ClientSettings producer_settings(const QueueLimits& queue) {
  return {.kind = ClientKind::kProducer,
          .defaults = {{"linger.ms", "2"},
                       {"queue.buffering.max.messages", clamped(queue.records, 1)},
                       {"queue.buffering.max.kbytes", clamped(queue.bytes / 1024, kLeastKilobytes)},
                       {"retry.backoff.ms", "20"},
                       {"socket.nagle.disable", "true"}},
          // One request at a time for a partition (ADR 83).
          .fixed = {{"enable.idempotence", "true"},
                    {"acks", "all"},
                    {"max.in.flight", "1"},
                    {"partitioner", "murmur2_random"}},
          .rebalance_events = false};
}

ClientSettings transactional_settings(const TransactionSettings& transactions) {
  ClientSettings settings = producer_settings(transactions.queue);
  // Ten times as many transactions a second as with the library's 100 ms.
  for (auto& [name, value] : settings.defaults) {
    if (name == "retry.backoff.ms") value = "10";
  }
  settings.fixed.emplace_back("transactional.id", transactions.id);
  // A consumer's, which also says what this client is told to be a partition's end.
  settings.fixed.emplace_back("isolation.level", "read_uncommitted");
  settings.fixed.emplace_back("transaction.timeout.ms",
                              std::to_string(transactions.timeout.count()));
  // A record that is not delivered by then aborts its transaction.
  settings.fixed.emplace_back("message.timeout.ms", std::to_string(transactions.timeout.count()));
  return settings;
}

ClientSettings source_settings(const KafkaConfig& config) {
  ClientSettings settings = member_settings(config, strategy_name(config.assignment_strategy));
  if (!config.instance_id.empty())
    settings.fixed.emplace_back("group.instance.id", config.instance_id);
  return settings;
}

ClientSettings viewer_settings(const KafkaConfig& config) {
  ClientSettings settings = member_settings(config, "range");
  settings.defaults.emplace_back("topic.metadata.refresh.interval.ms", "10000");
  return settings;
}

}  // namespace cortado::kafka
