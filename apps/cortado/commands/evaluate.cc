// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <utility>

#include "app_config.h"
#include "commands.h"
#include "cortado/evaluate/evaluation.h"
#include "cortado/evaluate/labelled_folder.h"
#include "evaluation/contenders.h"
#include "evaluation/series_sources.h"

namespace cortado::app {
namespace {

using evaluate::Series;

/// The step back at a fault's end is felt for a while, and its labels end there.
constexpr std::int64_t kSimulatorGrace = 6;

base::Result<std::vector<Series>> read_set(const EvaluationOptions& options) {
  if (options.simulate == "tune") return simulate_labelled(kFirstTuneSeed);
  if (options.simulate == "report") return simulate_labelled(kFirstReportSeed);
  if (!std::filesystem::is_directory(options.folder)) return read_epa_series(options.folder);
  return evaluate::read_labelled_folder(base::posix_file_system(), options.folder);
}

evaluate::Evaluation describe_set(const EvaluationOptions& options,
                                  const std::vector<Series>& series) {
  evaluate::Evaluation evaluation;
  evaluation.set = options.simulate.empty() ? options.folder : "simulator, " + options.simulate;
  evaluation.digest = evaluate::digest(series);
  evaluation.rate = options.rate;
  evaluation.forecasts = options.forecast;
  const std::int64_t grace = options.simulate.empty() ? 0 : kSimulatorGrace;
  evaluation.rules.grace = static_cast<std::size_t>(options.grace >= 0 ? options.grace : grace);
  evaluation.rules.refractory = static_cast<std::size_t>(options.refractory);
  if (options.probation >= 0)
    evaluation.rules.probation = static_cast<std::size_t>(options.probation);
  for (const Series& one : series) {
    evaluation.names.push_back(one.name);
    evaluation.rows += static_cast<std::int64_t>(one.readings.size());
    evaluation.windows += static_cast<std::int64_t>(one.windows.size());
  }
  return evaluation;
}

void add(const Contenders& contenders, const std::string& name, const std::vector<Series>& series,
         const EvaluationOptions& options, evaluate::Evaluation& evaluation) {
  const auto runs =
      evaluate::run(pointers(contenders), series, static_cast<std::size_t>(options.threads));
  evaluation.contenders.push_back(
      evaluate::score_events(name, contenders.front().contender->threshold(), series, runs,
                             evaluation.rate, evaluation.rules));
}

base::Status evaluate_set(const CommandLine& line, AppConfig& config) {
  const EvaluationOptions& options = line.evaluation;
  CORTADO_ASSIGN(const auto series, read_set(options));
  evaluate::Evaluation evaluation = describe_set(options, series);
  CORTADO_ASSIGN(const auto detector, make_contenders(config.detector, options.seeds));
  add(detector, detector.front().contender->name(), series, options, evaluation);
  CORTADO_ASSIGN(const auto plain, make_contenders_without_htm(config.detector, options.seeds));
  if (!plain.empty()) add(plain, "without HTM", series, options, evaluation);
  for (auto& baseline : evaluate::make_baselines()) {
    const std::string name = baseline->name();
    add(make_baseline_contender(name), name, series, options, evaluation);
  }
  evaluate::compare_with_first(evaluation.contenders);
  const std::string text =
      line.json ? evaluate::to_json(evaluation) + "\n" : evaluate::to_text(evaluation);
  std::fputs(text.c_str(), stdout);
  return {};
}

}  // namespace

ExitCode run_evaluate(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const auto status = evaluate_set(line, config);
  return status.ok() ? ExitCode::kOk : report(status.error(), *loaded);
}

}  // namespace cortado::app
