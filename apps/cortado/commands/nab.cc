// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <utility>

#include "app_config.h"
#include "commands.h"
#include "cortado/evaluate/nab_report.h"
#include "evaluation/contenders.h"

namespace cortado::app {
namespace {

using evaluate::NabFolder;
using evaluate::NabReport;
using evaluate::RunResult;

/// One configuration's runs, one a seed, and their figures.
struct Scored {
  std::vector<RunResult> runs;
  NabReport report;
};

Scored score(const NabFolder& folder, const Contenders& contenders, std::int64_t threads) {
  Scored scored;
  scored.runs =
      evaluate::run(pointers(contenders), folder.series, static_cast<std::size_t>(threads));
  scored.report =
      evaluate::score_nab(folder, scored.runs, contenders.front().contender->threshold());
  scored.report.detector = contenders.front().contender->name();
  for (const auto& one : contenders) scored.report.seeds.push_back(one.seed);
  return scored;
}

base::Result<Scored> read_scores(const NabFolder& folder, const EvaluationOptions& options) {
  const auto path = std::filesystem::path(options.score + "/").parent_path();
  const std::string name = path.filename().string();
  CORTADO_ASSIGN(auto run, evaluate::read_nab_results(base::posix_file_system(), path.string(),
                                                      name, folder.series));
  Scored scored;
  scored.runs.push_back(std::move(run));
  scored.report = evaluate::score_nab(folder, scored.runs, options.threshold);
  scored.report.detector = name;
  return scored;
}

base::Result<Scored> make_scores(const NabFolder& folder, const CommandLine& line,
                                 AppConfig& config, evaluate::NabExtras& extras) {
  const EvaluationOptions& options = line.evaluation;
  if (!options.score.empty()) return read_scores(folder, options);
  if (!options.baseline.empty())
    return score(folder, make_baseline_contender(options.baseline), options.threads);
  CORTADO_ASSIGN(const auto contenders, make_contenders(config.detector, options.seeds));
  Scored scored = score(folder, contenders, options.threads);
  CORTADO_ASSIGN(const auto plain, make_contenders_without_htm(config.detector, options.seeds));
  if (!plain.empty()) extras.without_htm = std::move(score(folder, plain, options.threads).report);
  return scored;
}

base::Status run_on_folder(const CommandLine& line, AppConfig& config) {
  const EvaluationOptions& options = line.evaluation;
  base::FileSystem& files = base::posix_file_system();
  CORTADO_ASSIGN(
      const NabFolder folder,
      evaluate::read_nab_folder(files, options.folder, static_cast<std::size_t>(options.files)));
  evaluate::NabExtras extras;
  CORTADO_ASSIGN(const Scored scored, make_scores(folder, line, config, extras));
  if (!options.against.empty()) {
    CORTADO_ASSIGN(const auto text, files.read_file(options.against));
    CORTADO_ASSIGN(const NabReport reference, evaluate::read_nab_report(text));
    CORTADO_ASSIGN(extras.against, evaluate::compare(scored.report, reference));
  }
  if (options.forecast) {
    for (const auto& series : scored.runs.front()) extras.forecasts.push_back(series.forecast);
  }
  if (!options.results.empty()) {
    CORTADO_TRY(evaluate::write_nab_results(files, options.results + "/cortado", "cortado",
                                            folder.series, scored.runs.front()));
  }
  const std::string text = line.json ? evaluate::to_json(scored.report, extras) + "\n"
                                     : evaluate::to_text(scored.report, extras);
  std::fputs(text.c_str(), stdout);
  return {};
}

}  // namespace

ExitCode run_nab(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const auto status = run_on_folder(line, config);
  return status.ok() ? ExitCode::kOk : report(status.error(), *loaded);
}

}  // namespace cortado::app
