// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "broker_side.h"

#include "cortado/base/log.h"
#include "run_settings.h"

namespace cortado::app {
namespace {

void warn_of_one_partition(const kafka::KafkaConfig& config, const kafka::TopicLayout& layout) {
  if (layout.output_partitions != 1 || layout.input_partitions == 1) return;
  base::log_warning("kafka",
                    "the output topic has one partition: a transaction that hangs holds back the "
                    "readers of all devices",
                    {{"topic", config.output_topic}});
}

}  // namespace

base::Result<BrokerSide> make_broker_side(const DetectionRun& run, bool transactional,
                                          CrashPoints& crash, const base::Patience& patience) {
  const AppConfig& config = run.config;
  BrokerSide side;
  CORTADO_ASSIGN(side.layout, kafka::ensure_topics(config.kafka));
  if (!run.embedded_broker) kafka::warn_of_compaction(config.kafka);
  if (transactional) warn_of_one_partition(config.kafka, side.layout);
  CORTADO_ASSIGN(side.source, kafka::KafkaSource::create(fetch_by_batch(config, run.until_end)));
  side.source->set_patience(&patience);
  if (config.state.store == stream::StateStore::kKafka) {
    CORTADO_ASSIGN(side.stores,
                   kafka::TopicStores::create(config.kafka, side.layout.input_partitions,
                                              {.patience = &patience, .at_step = crash.steps()}));
  }
  kafka::LogOptions options = log_options(config, transactional);
  if (side.stores) options.state_topic = side.stores->topic();
  options.patience = &patience;
  options.at_step = crash.steps();
  CORTADO_ASSIGN(side.logs, kafka::KafkaLaneLogFactory::create(config.kafka, side.layout, options,
                                                               *side.source));
  return side;
}

}  // namespace cortado::app
