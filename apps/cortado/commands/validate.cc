// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app_config.h"
#include "commands.h"
#include "cortado/kafka/topics.h"
#include "engine_admin.h"
#include "scoring.h"

namespace cortado::app {
namespace {

base::Status check_broker(const kafka::KafkaConfig& config) {
  CORTADO_ASSIGN(auto admin, kafka::KafkaAdmin::create(config));
  CORTADO_ASSIGN(const auto partitions, admin->partition_count(config.input_topic));
  if (!partitions.has_value()) {
    if (config.create_topics) return {};
    return base::Error(base::ErrorCode::kNotFound,
                       "topic " + config.input_topic +
                           " does not exist and kafka.create_topics is false; create it");
  }
  if (config.input_partitions > 0 && config.input_partitions != *partitions) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "topic " + config.input_topic + " has " + std::to_string(*partitions) +
                           " partitions, kafka.input_partitions says " +
                           std::to_string(config.input_partitions));
  }
  return {};
}

base::Status check(const CommandLine& line, const AppConfig& config) {
  CORTADO_TRY(check_kafka_command(config));
  CORTADO_TRY(make_scoring(config.enrich, config.detector));
  if (line.no_environment) return {};
  if (!config.http.admin_token_file.empty())
    CORTADO_TRY(read_admin_token(config.http, base::posix_file_system()));
  return check_broker(config.kafka);
}

}  // namespace

ExitCode run_validate(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const base::Status status = check(line, config);
  if (!status.ok()) return report(status.error());
  std::printf("%s\n", line.no_environment ? "configuration ok; the broker was not asked"
                                          : "configuration and broker ok");
  return ExitCode::kOk;
}

}  // namespace cortado::app
