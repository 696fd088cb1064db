// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_lane_log.h"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

#include "lane_logs.h"

namespace cortado::kafka {

std::chrono::milliseconds transaction_timeout(std::chrono::milliseconds batch_interval) {
  return std::max<std::chrono::milliseconds>(std::chrono::seconds{10}, 3 * batch_interval);
}

struct KafkaLaneLogFactory::Impl {
  Impl(const KafkaConfig& kafka_config, KafkaSource& kafka_source)
      : config(kafka_config), source(kafka_source) {}

  const KafkaConfig config;
  KafkaSource& source;
  LaneTargets targets;
  bool exactly_once = false;
  std::chrono::milliseconds timeout{0};
  std::function<void(std::string_view)> at_step;
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
                   .state_topic = options.state_topic,
                   .input_partitions = layout.input_partitions};
  impl->exactly_once = options.exactly_once;
  impl->at_step = options.at_step;
  impl->timeout = transaction_timeout(options.batch_interval);
  if (!options.exactly_once) {
    CORTADO_ASSIGN(impl->producer, ProducerCore::create(config));
  }
  return std::unique_ptr<KafkaLaneLogFactory>(new KafkaLaneLogFactory(std::move(impl)));
}

base::Result<std::unique_ptr<stream::LaneLog>> KafkaLaneLogFactory::create(
    const base::TopicPartition& partition) {
  if (impl_->exactly_once) {
    return make_transactional_log({.config = impl_->config,
                                   .source = impl_->source,
                                   .targets = impl_->targets,
                                   .registry = impl_->registry,
                                   .timeout = impl_->timeout,
                                   .at_step = impl_->at_step},
                                  partition);
  }
  const std::lock_guard lock(impl_->mutex);
  DeliveryTracker& tracker = impl_->trackers.emplace_back();
  return make_plain_log(*impl_->producer, impl_->source, impl_->targets, partition, tracker);
}

bool KafkaLaneLogFactory::exactly_once() const { return impl_->exactly_once; }

ProducerTotals KafkaLaneLogFactory::totals() const {
  return impl_->producer ? impl_->producer->totals() : impl_->registry.totals();
}

}  // namespace cortado::kafka
