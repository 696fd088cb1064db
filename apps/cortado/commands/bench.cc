// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "app_config.h"
#include "bench/report.h"
#include "commands.h"
#include "cortado/htm/kernels.h"

namespace cortado::app {
namespace {

constexpr std::int64_t kThreeYears = 26'280;  // hourly readings
/// A simulated series is that long at least, so that devices which begin at different places
/// differ.
constexpr std::int64_t kSimulated = 62'000;

base::Result<BenchSeries> series_of(const BenchOptions& options) {
  if (!options.input.empty()) return read_series(options.input, options.device);
  return simulate_series(std::max(kSimulated, options.trained + options.records));
}

/// Fill in what the command line left open. **Errors:** kInvalidConfig.
base::Status complete(BenchOptions& options, const BenchSeries& series) {
  if (options.records > 0) return {};
  if (options.input.empty()) {
    options.records = kThreeYears;
    return {};
  }
  options.records = static_cast<std::int64_t>(series.readings.size()) - options.trained;
  if (options.records > 0) return {};
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "--trained " + std::to_string(options.trained) + " leaves none of the " +
                         std::to_string(series.readings.size()) +
                         " readings to measure; give --records");
}

std::string preset_name(AppConfig& config) {
  for (const auto& option : detector::describe(config.detector)) {
    if (option.path == "detector.preset") return option.get().scalar;
  }
  return "";
}

base::Status write_scores(const std::string& path, const std::vector<double>& scores) {
  if (path.empty()) return {};
  std::string text;
  for (const double score : scores) text += base::print_number(score) + "\n";
  return base::posix_file_system().write_file_atomically(path, text);
}

base::Status measure(const detector::DetectorConfig& config, BenchReport& report) {
  CORTADO_ASSIGN(const BenchSeries series, series_of(report.options));
  CORTADO_TRY(complete(report.options, series));
  const auto start = std::chrono::steady_clock::now();
  CORTADO_ASSIGN(const auto detector, detector::Detector::create(config));
  report.base_ms = milliseconds_since(start);
  const std::size_t resident = resident_bytes();
  CORTADO_ASSIGN(auto fleet, make_fleet(*detector, series, report.options));
  report.run = feed(fleet, series, report.options);
  const auto grown = static_cast<double>(resident_bytes()) - static_cast<double>(resident);
  report.rss_bytes_per_device = grown / static_cast<double>(fleet.size());
  report.cost = mean_cost(fleet);
  CORTADO_ASSIGN(report.storage, store(*detector, fleet, series));
  return write_scores(report.options.scores, report.run.scores);
}

}  // namespace

ExitCode run_bench(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  BenchReport result;
  result.options = line.bench;
  result.preset = preset_name(config);
  result.cpu = cpu_model();
  result.kernels = htm::selected_kernels();
  if (const auto status = measure(config.detector, result); !status.ok()) {
    return report(status.error(), *loaded);
  }
  std::fputs((line.json ? to_json(result) + "\n" : to_text(result)).c_str(), stdout);
  return ExitCode::kOk;
}

}  // namespace cortado::app
