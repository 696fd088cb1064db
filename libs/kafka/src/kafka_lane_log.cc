// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_lane_log.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

#include "lane_logs.h"

namespace cortado::kafka {
namespace {

constexpr int kMostLanes = 16;

}  // namespace

std::chrono::milliseconds transaction_timeout(std::chrono::milliseconds batch_interval) {
  return std::max<std::chrono::milliseconds>(std::chrono::seconds{10}, 3 * batch_interval);
}

QueueLimits queue_limits(const LogOptions& options) {
  // An outcome is its record with some hundred bytes more; what a snapshot deletes goes beside
  // them.
  constexpr std::int64_t kBytesBeside = 2048;
  return {.records = 2 * options.max_batch_records,
          .bytes = 2 * options.max_batch_bytes + kBytesBeside * options.max_batch_records};
}

struct KafkaLaneLogFactory::Impl {
  Impl(const KafkaConfig& kafka_config, KafkaSource& kafka_source)
      : config(kafka_config), source(kafka_source) {}

  const KafkaConfig config;
  KafkaSource& source;
  LaneTargets targets;
  LogOptions options;
  QueueLimits queue;
  std::chrono::milliseconds timeout{0};
  ProducerRegistry registry;
  // Trackers outlive the producer, which reports to them until its end.
  std::mutex mutex;
  std::list<DeliveryTracker> trackers;
  std::unique_ptr<ProducerCore> producer;  ///< shared by all lanes; none with transactions
};

KafkaLaneLogFactory::KafkaLaneLogFactory(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaLaneLogFactory::~KafkaLaneLogFactory() = default;

base::Result<std::unique_ptr<KafkaLaneLogFactory>> KafkaLaneLogFactory::create(
    const KafkaConfig& config, const TopicLayout& layout, const LogOptions& options,
    KafkaSource& source) {
  CORTADO_TRY(validate(config));
  auto impl = std::make_unique<Impl>(config, source);
  impl->targets = {.output = {config.output_topic, layout.output_partitions},
                   .dead_letters = {dead_letter_topic(config), layout.dead_letter_partitions},
                   .group = config.group_id,
                   .state_topic = options.state_topic,
                   .input_partitions = layout.input_partitions};
  impl->options = options;
  impl->queue = queue_limits(options);
  impl->timeout = transaction_timeout(options.batch_interval);
  if (!options.exactly_once) {
    // All lanes that a process writes beside each other share it.
    const std::int64_t lanes = std::min(layout.input_partitions, kMostLanes);
    impl->queue.records *= lanes;
    impl->queue.bytes *= lanes;
    CORTADO_ASSIGN(impl->producer, ProducerCore::create(config, impl->queue));
    impl->producer->set_patience(options.patience);
    impl->producer->expect(impl->targets.output.topic);
    impl->producer->expect(impl->targets.dead_letters.topic);
  }
  return std::unique_ptr<KafkaLaneLogFactory>(new KafkaLaneLogFactory(std::move(impl)));
}

base::Result<std::unique_ptr<stream::LaneLog>> KafkaLaneLogFactory::create(
    const base::TopicPartition& partition) {
  if (impl_->options.exactly_once) {
    return make_transactional_log({.config = impl_->config,
                                   .source = impl_->source,
                                   .targets = impl_->targets,
                                   .registry = impl_->registry,
                                   .timeout = impl_->timeout,
                                   .queue = impl_->queue,
                                   .patience = impl_->options.patience,
                                   .at_step = impl_->options.at_step},
                                  partition);
  }
  const std::lock_guard lock(impl_->mutex);
  DeliveryTracker& tracker = impl_->trackers.emplace_back();
  return make_plain_log(*impl_->producer, impl_->source, impl_->targets, partition, tracker);
}

bool KafkaLaneLogFactory::exactly_once() const { return impl_->options.exactly_once; }

ProducerTotals KafkaLaneLogFactory::totals() const {
  return impl_->producer ? impl_->producer->totals() : impl_->registry.totals();
}

}  // namespace cortado::kafka
