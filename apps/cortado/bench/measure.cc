// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/measure.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <numeric>

#include <unistd.h>

namespace cortado::app {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Stages are timed in one record of so many: reading the clock costs too much to do it always. A
/// prime, so that it meets every place of a turn.
constexpr std::int64_t kTimedEvery = 17;
/// A record that took so many times the median was interrupted by the machine.
constexpr double kInterrupted = 10;

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

class StageClock final : public detector::StageProbe {
 public:
  void start() {
    records_.emplace_back();
    last_ = SteadyClock::now();
  }
  void finished(detector::Stage stage) override {
    const auto now = SteadyClock::now();
    records_.back()[static_cast<std::size_t>(stage)] =
        std::chrono::duration<double, std::micro>(now - last_).count();
    last_ = now;
  }
  /// Return the means over the records that nothing interrupted.
  Stages means() const {
    Stages sums{};
    if (records_.empty()) return sums;
    const double longest = kInterrupted * median_total();
    double count = 0;
    for (const Stages& record : records_) {
      if (total(record) > longest) continue;
      for (std::size_t i = 0; i < kStages; ++i) sums[i] += record[i];
      count += 1;
    }
    for (double& sum : sums) sum /= count;
    return sums;
  }

 private:
  static double total(const Stages& record) {
    return std::accumulate(record.begin(), record.end(), 0.0);
  }
  double median_total() const {
    std::vector<double> totals;
    for (const Stages& record : records_) totals.push_back(total(record));
    std::sort(totals.begin(), totals.end());
    return totals[totals.size() / 2];
  }

  SteadyClock::time_point last_;
  std::vector<Stages> records_;
};

/// Feeds records one by one and adds up what the models say.
class Feeder {
 public:
  explicit Feeder(const BenchSeries& series) : series_(series) {}

  double feed(BenchDevice& device) {
    const BenchReading& before =
        series_.readings[(device.at == 0 ? series_.readings.size() : device.at) - 1];
    const auto observation = device.next(series_);
    const detector::Score score = update(*device.model, observation);
    const double anomaly = score.anomaly.value_or(0);
    ++run_.records;
    run_.mean_anomaly += anomaly;
    if (anomaly == 0) run_.zero_share += 1;
    run_.forecast_error += score.error.value_or(0);
    run_.last_value_error += std::abs(*observation.value - before.value);
    return anomaly;
  }

  /// Turn sums into means.
  FleetRun finish() {
    const auto count = static_cast<double>(std::max<std::int64_t>(run_.records, 1));
    for (double* sum :
         {&run_.mean_anomaly, &run_.zero_share, &run_.forecast_error, &run_.last_value_error}) {
      *sum /= count;
    }
    run_.stages_us = clock_.means();
    return std::move(run_);
  }

 private:
  detector::Score update(detector::DeviceModel& model, const detector::Observation& observation) {
    if (run_.records % kTimedEvery != 0) return model.update(observation);
    clock_.start();
    return model.update(observation, clock_);
  }

  const BenchSeries& series_;
  StageClock clock_;
  FleetRun run_;
};

}  // namespace

FleetRun feed(std::vector<BenchDevice>& fleet, const BenchSeries& series,
              const BenchOptions& options) {
  Feeder feeder(series);
  std::vector<double> scores;
  scores.reserve(static_cast<std::size_t>(options.records));
  const auto start = SteadyClock::now();
  const double cpu_start = cpu_seconds();
  for (std::int64_t done = 0; done < options.records; done += options.turn) {
    const std::int64_t turn = std::min(options.turn, options.records - done);
    for (auto& device : fleet) {
      for (std::int64_t i = 0; i < turn; ++i) {
        const double anomaly = feeder.feed(device);
        if (&device == &fleet.front()) scores.push_back(anomaly);
      }
    }
  }
  const double cpu = cpu_seconds() - cpu_start;
  const double seconds = milliseconds_since(start) / 1000;
  FleetRun run = feeder.finish();
  run.seconds = seconds;
  run.cpu_seconds = cpu;
  run.scores = std::move(scores);
  return run;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

detector::ModelCost mean_cost(const std::vector<BenchDevice>& fleet) {
  detector::ModelCost sum;
  for (const auto& device : fleet) {
    const detector::ModelCost cost = device.model->cost();
    sum.pooler_bytes += cost.pooler_bytes;
    sum.memory_bytes += cost.memory_bytes;
    sum.classifier_bytes += cost.classifier_bytes;
    sum.model_bytes += cost.model_bytes;
    sum.changed_columns += cost.changed_columns;
    sum.segments += cost.segments;
    sum.synapses += cost.synapses;
  }
  const std::size_t count = fleet.size();
  for (auto* bytes :
       {&sum.pooler_bytes, &sum.memory_bytes, &sum.classifier_bytes, &sum.model_bytes}) {
    *bytes /= count;
  }
  for (auto* number : {&sum.changed_columns, &sum.segments, &sum.synapses}) *number /= count;
  return sum;
}

std::size_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  unsigned long size = 0;
  unsigned long resident = 0;
  const int read = std::fscanf(file, "%lu %lu", &size, &resident);
  std::fclose(file);
  return read == 2 ? resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace cortado::app
