// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/run.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>

namespace cortado::evaluate {
namespace {

void tally(const Verdict& verdict, const std::optional<double>& last, double value,
           ForecastTally& forecast) {
  if (verdict.prediction && last) {
    ++forecast.forecasts;
    forecast.error_sum += std::abs(*verdict.prediction - value);
    forecast.last_value_sum += std::abs(*last - value);
  }
  if (verdict.low && verdict.high) {
    ++forecast.banded;
    if (value >= *verdict.low && value <= *verdict.high) ++forecast.inside_band;
  }
}

}  // namespace

void ForecastTally::add(const ForecastTally& other) {
  forecasts += other.forecasts;
  error_sum += other.error_sum;
  last_value_sum += other.last_value_sum;
  banded += other.banded;
  inside_band += other.inside_band;
}

SeriesResult run(const Contender& contender, const Series& series) {
  const auto scorer = contender.start(series.name);
  SeriesResult result;
  result.scores.reserve(series.readings.size());
  std::optional<double> last;
  for (const Reading& reading : series.readings) {
    const Verdict verdict = scorer->update(reading);
    result.scores.push_back(verdict.score);
    if (!reading.value || !std::isfinite(*reading.value)) continue;
    tally(verdict, last, *reading.value, result.forecast);
    last = reading.value;
  }
  return result;
}

std::vector<RunResult> run(std::span<const Contender* const> contenders,
                           std::span<const Series> series, std::size_t threads) {
  std::vector<RunResult> results(contenders.size(), RunResult(series.size()));
  // Every task writes a slot of its own, so that nothing depends on who takes which.
  std::atomic<std::size_t> next{0};
  const std::size_t tasks = contenders.size() * series.size();
  const auto work = [&] {
    for (std::size_t task = next++; task < tasks; task = next++) {
      const std::size_t contender = task / series.size();
      const std::size_t at = task % series.size();
      results[contender][at] = run(*contenders[contender], series[at]);
    }
  };
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> pool;
  for (std::size_t i = 1; i < std::min(threads, tasks); ++i) pool.emplace_back(work);
  work();
  return results;
}

}  // namespace cortado::evaluate
