// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "run_settings.h"

#include <algorithm>

#include "cortado/kafka/client_check.h"
#include "cortado/kafka/topic_store.h"
#include "cortado/stream/validate.h"

namespace cortado::app {
namespace {

base::Result<bool> exactly_once(const DetectionRun& run) {
  const stream::Guarantee wanted = run.config.stream.guarantee;
  if (!run.embedded_broker) return wanted != stream::Guarantee::kAtLeastOnce;
  if (wanted != stream::Guarantee::kExactlyOnce) return false;
  return base::Error(
      base::ErrorCode::kInvalidConfig,
      "stream.guarantee: exactly_once needs a real Kafka: the embedded broker only "
      "pretends to have transactions (aborted records stay visible); name a broker in "
      "kafka.bootstrap_servers or use at_least_once");
}

base::Status embedded_broker_can(const DetectionRun& run) {
  if (!run.embedded_broker || run.config.state.store != stream::StateStore::kKafka) return {};
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "state.store: kafka needs a real Kafka: the embedded broker forgets all at "
                     "exit and compacts no topic; name a broker in kafka.bootstrap_servers or use "
                     "directory");
}

}  // namespace

base::Result<bool> check_settings(const DetectionRun& run, bool local_files) {
  const AppConfig& config = run.config;
  CORTADO_TRY(check_kafka_command(config));
  CORTADO_TRY(stream::validate(config.stream, config.state));
  CORTADO_TRY(embedded_broker_can(run));
  CORTADO_ASSIGN(const bool transactional, exactly_once(run));
  CORTADO_TRY(kafka::check_clients(fetch_by_batch(config, run.until_end), config.kafka,
                                   log_options(config, transactional), local_files));
  return transactional;
}

kafka::KafkaConfig fetch_by_batch(const AppConfig& app, bool until_end) {
  kafka::KafkaConfig config = app.kafka;
  const std::chrono::milliseconds interval = app.stream.batch_interval;
  const auto wait =
      std::clamp(interval / 10, std::chrono::milliseconds(2), std::chrono::milliseconds(100));
  config.properties.emplace("fetch.wait.max.ms", std::to_string(wait.count()));
  config.properties.emplace("fetch.min.bytes", "65536");
  // The end of a log may be a transaction's end, which no record tells.
  if (until_end) config.properties["enable.partition.eof"] = "true";
  return config;
}

kafka::LogOptions log_options(const AppConfig& config, bool transactional) {
  kafka::LogOptions options{.exactly_once = transactional,
                            .batch_interval = config.stream.batch_interval,
                            .max_batch_records = config.stream.max_batch_records,
                            .max_batch_bytes = config.stream.max_batch_bytes};
  if (config.state.store == stream::StateStore::kKafka) {
    options.state_topic = kafka::state_topic(config.kafka);
  }
  return options;
}

}  // namespace cortado::app
