// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "app_config.h"
#include "commands.h"
#include "cortado/generator/csv_replay.h"
#include "cortado/kafka/topics.h"
#include "kafka_record_sink.h"
#include "reading_run.h"

namespace cortado::app {
namespace {

base::Status ensure_input_topic(const kafka::KafkaConfig& config) {
  CORTADO_ASSIGN(auto admin, kafka::KafkaAdmin::create(config));
  kafka::TopicSpec topic{.name = config.input_topic, .partitions = std::nullopt};
  if (config.input_partitions > 0) {
    topic.partitions = static_cast<int>(config.input_partitions);
    topic.partitions_if_created = *topic.partitions;
  }
  CORTADO_TRY(admin->ensure_topic(topic));
  return {};
}

base::Result<generator::GeneratorTotals> generate_to_kafka(const CommandLine& line,
                                                           const AppConfig& config,
                                                           RejectFileSink& rejects,
                                                           std::stop_token stop) {
  CORTADO_TRY(check_kafka_command(config));
  CORTADO_ASSIGN(auto source, line.simulate
                                  ? open_simulator(config.simulator, line.labels)
                                  : generator::open_csv(line.input, config.generator, &rejects));
  CORTADO_TRY(ensure_input_topic(config.kafka));
  CORTADO_ASSIGN(auto sink, make_kafka_sink(config.kafka, config.enrich.input_format));
  CORTADO_ASSIGN(const auto totals,
                 generator::generate(config.generator, *source, sink, base::system_clock(),
                                     std::move(stop), terminal_progress()));
  CORTADO_TRY(rejects.close());
  return totals;
}

}  // namespace

ExitCode run_generate(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  RejectFileSink rejects(rejects_path(line.rejects, line.input));
  const auto totals = generate_to_kafka(line, config, rejects, signals.token());
  if (!totals.ok()) return report(totals.error());
  Summary summary;
  summary.command = "generate";
  summary.records_in = totals->records + totals->rejected;
  summary.records_out = totals->records;
  summary.records_rejected = totals->rejected;
  summary.elapsed = std::chrono::nanoseconds(static_cast<std::int64_t>(totals->seconds * 1e9));
  print_summary(summary, line.json);
  if (totals->rejected == 0) return ExitCode::kOk;
  std::fprintf(stderr, "cortado: %lld bad rows are kept in %s\n",
               static_cast<long long>(totals->rejected), rejects.path().c_str());
  return ExitCode::kBadData;
}

}  // namespace cortado::app
