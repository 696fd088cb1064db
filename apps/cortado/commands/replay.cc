// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app_config.h"
#include "commands.h"
#include "cortado/files/csv_lane_log.h"
#include "cortado/files/csv_source.h"
#include "cortado/generator/progress.h"
#include "evaluation/report_observer.h"
#include "reading_run.h"
#include "replay_check.h"
#include "run_observer.h"
#include "scoring.h"
#include "summary.h"

namespace cortado::app {
namespace {

/// Draws the bar of a replay from what the source and the engine tell.
class ReplayProgress {
 public:
  ReplayProgress() : meter_(base::system_clock()), draw_(terminal_progress()) {}

  void advance(std::int64_t records, std::int64_t done, std::int64_t total) {
    done_ = done;
    total_ = total;
    if (draw_ && meter_.due()) draw_(meter_.measure(records, 0, done, total));
  }
  /// Draw it a last time and end its line.
  void finish(std::int64_t records, std::int64_t rejected) {
    generator::Progress progress = meter_.measure(records, rejected, done_, total_);
    progress.finished = true;
    if (draw_) draw_(progress);
  }

 private:
  generator::ProgressMeter meter_;
  generator::ProgressCallback draw_;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

/// Records take the form in which the file is read. Nothing is snapshotted.
AppConfig for_files(AppConfig config) {
  const auto format =
      config.enrich.mapping.aqs ? record::RecordFormat::kBinary : record::RecordFormat::kJson;
  config.enrich.input_format = format;
  config.enrich.output_format = format;
  config.state = {.dir = ""};
  return config;
}

base::Status replay_file(const CommandLine& line, const AppConfig& config, RejectFileSink& rejects,
                         std::stop_token stop, Summary& summary) {
  CORTADO_ASSIGN(const record::Mapping mapping, enrich::make_mapping(config.enrich));
  CORTADO_ASSIGN(const Scoring scoring, make_scoring(config.enrich, config.detector));
  ReplayProgress progress;
  std::unique_ptr<files::CsvSource> source;
  const files::RejectSink keep = [&rejects](const record::RejectedRow& row) {
    return rejects.reject({row.line, std::string(row.reason), std::string(row.bytes)});
  };
  const auto advance = [&progress, &source](std::int64_t done, std::int64_t total) {
    progress.advance(source ? source->rows_read() : 0, done, total);
  };
  CORTADO_ASSIGN(source, files::CsvSource::open(replay_input(config, line.input), keep, advance));
  CORTADO_TRY(check_replay(config.enrich, *scoring.detector, source->columns()));
  CORTADO_ASSIGN(auto logs, files::CsvLogFactory::open(
                                {.path = line.output, .columns = source->columns()}, keep));
  RunObserver observer(base::system_clock(), nullptr);
  ReportObserver report(mapping, config.detector, observer);
  stream::EngineObserver* heard = &observer;
  if (!line.report.empty()) heard = &report;
  if (!line.labels.empty()) CORTADO_TRY(report.read_labels(line.labels));
  CORTADO_ASSIGN(auto engine, stream::Engine::create(config.stream, config.state,
                                                     {.source = *source,
                                                      .logs = *logs,
                                                      .operation = *scoring.operation,
                                                      .observer = *heard,
                                                      .clock = base::system_clock(),
                                                      .files = base::posix_file_system(),
                                                      .cluster_id = ""}));
  const base::Status status = engine->run(std::move(stop));
  progress.finish(source->rows_read(), source->rows_rejected());
  fill(engine->totals(), summary);
  observer.fill(summary);
  summary.records_in += source->rows_rejected();
  summary.records_rejected += source->rows_rejected();
  CORTADO_TRY(status);
  CORTADO_TRY(rejects.close());
  CORTADO_TRY(logs->close());
  if (!line.report.empty()) CORTADO_TRY(report.write(line.report, line.input, summary));
  return source->ended();
}

}  // namespace

ExitCode run_replay(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const std::string rejects_file = rejects_path(line.rejects, line.input);
  const auto apart =
      check_files_apart({line.input, line.output, rejects_file, line.report, line.labels});
  if (!apart.ok()) return report(apart.error());
  RejectFileSink rejects(rejects_file);
  Summary summary;
  summary.command = "replay";
  const base::Status status =
      replay_file(line, for_files(config), rejects, signals.token(), summary);
  // Where the rows go to standard output, nothing else does.
  if (line.json && line.output == "-") {
    std::fprintf(stderr, "%s\n", to_json(summary).c_str());
  } else {
    print_summary(summary, line.json, config.log.format);
  }
  if (!status.ok()) return report(status.error(), *loaded);
  if (summary.records_rejected == 0) return ExitCode::kOk;
  tell_rejected(summary.records_rejected, rejects);
  return ExitCode::kBadData;
}

}  // namespace cortado::app
