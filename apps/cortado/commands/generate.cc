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
  CORTADO_TRY(admin->ensure_topic(kafka::input_topic_spec(config)));
  return {};
}

base::Status generate_to_kafka(const CommandLine& line, const AppConfig& config,
                               RejectFileSink& rejects, std::stop_token stop, Summary& summary) {
  CORTADO_TRY(check_kafka_command(config));
  CORTADO_ASSIGN(auto source, line.simulate
                                  ? open_simulator(config.simulator, line.labels)
                                  : generator::open_csv(line.input, config.generator, &rejects));
  CORTADO_TRY(ensure_input_topic(config.kafka));
  CORTADO_ASSIGN(auto sink, make_kafka_sink(config.kafka, config.enrich.input_format));
  const generator::ProgressCallback draw = terminal_progress();
  const auto count = [&](const generator::Progress& progress) {
    summary.records_out = sink.delivered();
    summary.records_rejected = progress.rejected;
    summary.records_in = progress.records + progress.rejected;
    summary.devices = static_cast<std::int64_t>(sink.devices());
    if (draw) draw(progress);
  };
  const auto start = base::system_clock().steady();
  const auto totals = generator::generate(config.generator, *source, sink, base::system_clock(),
                                          std::move(stop), count);
  summary.elapsed = base::system_clock().steady() - start;
  CORTADO_TRY(totals);
  CORTADO_TRY(rejects.close());
  if (totals->loops > 0) return {};
  return base::Error(base::ErrorCode::kUnavailable,
                     "stopped before the end of the input: " + std::to_string(totals->records) +
                         " records were sent");
}

}  // namespace

ExitCode run_generate(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const std::string rejects_file = rejects_path(line.rejects, line.input);
  const auto apart = check_files_apart({line.input, rejects_file, line.labels});
  if (!apart.ok()) return report(apart.error());
  RejectFileSink rejects(rejects_file);
  Summary summary;
  summary.command = "generate";
  const base::Status status = generate_to_kafka(line, config, rejects, signals.token(), summary);
  if (was_refused(status, summary)) return report(status.error(), *loaded);
  print_summary(summary, line.json, config.log.format);
  if (!status.ok()) return report(status.error(), *loaded);
  if (summary.records_rejected == 0) return ExitCode::kOk;
  tell_rejected(summary.records_rejected, rejects);
  return ExitCode::kBadData;
}

}  // namespace cortado::app
