// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "command_flags.h"

namespace cortado::app {
namespace {

void add_common(CLI::App* command, CommandLine& line) {
  EvaluationOptions& options = line.evaluation;
  add_settings(command, line);
  add_key_flag(command, line, "--preset", "detector.preset", "Detector preset");
  command->add_option("--seeds", options.seeds, "Runs, with detector.seed and the numbers after it")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option("--threads", options.threads, "Threads [as many as the machine has]")
      ->check(CLI::Range(0, 1024));
  command->add_flag("--forecast", options.forecast,
                    "Also compare forecasts with the last value, and count what lies in the band");
  command->add_flag("--json", line.json, "Print one JSON object");
}

void add_nab(CLI::App& app, CommandLine& line) {
  EvaluationOptions& options = line.evaluation;
  CLI::App* nab =
      app.add_subcommand("nab", "Score the detector on the Numenta Anomaly Benchmark's files");
  add_common(nab, line);
  nab->add_option("folder", options.folder, "NAB's folder, with data, labels and config")
      ->required()
      ->check(CLI::ExistingDirectory);
  nab->add_option("--files", options.files, "Series that the folder must have; 0 = any number")
      ->check(check_not_negative)
      ->capture_default_str();
  nab->add_option("--results", options.results,
                  "Write the first run's result files for NAB's own run.py here");
  nab->add_option("--against", options.against, "Compare with this output of an earlier nab --json")
      ->check(CLI::ExistingFile);
  CLI::Option* score = nab->add_option(
      "--score", options.score, "Run nothing: score the result files of a detector in its folder");
  score->check(CLI::ExistingDirectory);
  nab->add_option("--threshold", options.threshold, "The detector's own threshold, with --score")
      ->needs(score)
      ->capture_default_str();
  nab->add_option("--baseline", options.baseline, "Run a baseline instead of the detector")
      ->check(CLI::IsMember({"ewma", "gaussian", "difference", "ewma_difference", "last_value"}))
      ->excludes(score);
  nab->callback([&line] { line.command = Command::kNab; });
}

void add_event_rules(CLI::App* command, EvaluationOptions& options) {
  command->add_option("--rate", options.rate, "False alarms of a device in 1,000 records to allow")
      ->check(CLI::Range(0.0, 1000.0))
      ->capture_default_str();
  command
      ->add_option("--grace", options.grace,
                   "Records behind a window that still belong to it [6 of the simulator's, else 0]")
      ->check(CLI::Range(0, 1'000'000));
  command->add_option("--refractory", options.refractory, "Records that an alarm stands for")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--probation", options.probation,
                   "First records of a series that are not scored [15%, at most 750]")
      ->check(CLI::Range(0, 1'000'000'000));
}

void add_evaluate(CLI::App& app, CommandLine& line) {
  EvaluationOptions& options = line.evaluation;
  CLI::App* evaluate = app.add_subcommand(
      "evaluate", "Score the detector and simple baselines on any labelled series");
  add_common(evaluate, line);
  CLI::Option* path = evaluate->add_option(
      "path", options.folder, "Folder of labelled CSVs, or a CSV in EPA AQS hourly layout");
  path->check(CLI::ExistingPath);
  evaluate
      ->add_option("--simulate", options.simulate,
                   "The simulator's labelled faults: seeds to tune on, or those to report")
      ->check(CLI::IsMember({"tune", "report"}))
      ->excludes(path);
  add_event_rules(evaluate, options);
  evaluate->callback([&line] {
    line.command = Command::kEvaluate;
    if (line.evaluation.folder.empty() && line.evaluation.simulate.empty())
      throw CLI::ValidationError("evaluate", "give a folder, a CSV or --simulate");
  });
}

}  // namespace

void add_evaluation(CLI::App& app, CommandLine& line) {
  add_nab(app, line);
  add_evaluate(app, line);
}

}  // namespace cortado::app
