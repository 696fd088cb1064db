// rooms: htm base
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Cost of the classifier's loops, by kernel set: 101 buckets, 96 cells a step out of 1,500 rows, as
// after three years of hourly ozone. And of a whole step of the classifier and of the forecaster of
// changes on cells that recur.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "../libs/htm/src/classifier_kernels.h"
#include "cortado/base/random.h"
#include "cortado/htm/change_forecaster.h"
#include "cortado/htm/kernels.h"
#include "cortado/htm/sdr_classifier.h"

namespace {

using namespace cortado;

constexpr std::size_t kBuckets = 101;
constexpr std::size_t kStride = 112;
constexpr std::size_t kRows = 1500;
constexpr std::size_t kCells = 96;
constexpr std::size_t kSteps = 64;

const htm::ClassifierKernels& kernels_of(std::string_view name) {
#if defined(__x86_64__)
  if (name == "avx512") return htm::avx512::kClassifierKernels;
  if (name == "avx2") return htm::avx2::kClassifierKernels;
#endif
  return htm::plain::kClassifierKernels;
}

/// Rows of small weights and, for some steps, which of them are in use.
struct Rows {
  std::vector<std::int16_t> weights = std::vector<std::int16_t>(kRows * kStride);
  std::vector<std::vector<std::int16_t*>> used;
  std::vector<std::int32_t> sums = std::vector<std::int32_t>(kStride);
  std::vector<float> probabilities = std::vector<float>(kStride);
  std::vector<std::int16_t> deltas = std::vector<std::int16_t>(kStride);
  std::size_t step = 0;

  Rows() {
    base::Random random(1);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      if (i % kStride < kBuckets) weights[i] = static_cast<std::int16_t>(random.below(800));
    }
    used.resize(kSteps);
    for (auto& rows : used) {
      std::size_t row = 0;
      for (std::size_t i = 0; i < kCells; ++i) {
        row += 1 + random.below(kRows / kCells - 1);
        rows.push_back(weights.data() + (row - 1) * kStride);
      }
    }
  }
  const std::vector<std::int16_t*>& next() { return used[step++ % kSteps]; }
};

void sum_rows(benchmark::State& state, const htm::ClassifierKernels& kernels) {
  Rows rows;
  for (auto _ : state) {
    kernels.sum_rows(rows.next().data(), kCells, kStride, rows.sums.data());
    benchmark::DoNotOptimize(rows.sums.data());
  }
}

void softmax(benchmark::State& state, const htm::ClassifierKernels& kernels) {
  Rows rows;
  kernels.sum_rows(rows.next().data(), kCells, kStride, rows.sums.data());
  for (auto _ : state) {
    benchmark::DoNotOptimize(kernels.softmax(rows.sums.data(), kBuckets, kStride, 0.001F / 64,
                                             rows.probabilities.data()));
  }
}

void round_errors(benchmark::State& state, const htm::ClassifierKernels& kernels) {
  Rows rows;
  for (std::size_t i = 0; i < kBuckets; ++i) rows.probabilities[i] = 1.0F / kBuckets;
  std::uint32_t key = 0;
  for (auto _ : state) {
    kernels.round_errors(rows.probabilities.data(), kStride, 7, key += 77, rows.deltas.data());
    benchmark::DoNotOptimize(rows.deltas.data());
  }
}

void add_to_rows(benchmark::State& state, const htm::ClassifierKernels& kernels) {
  Rows rows;
  for (std::size_t i = 0; i < kBuckets; ++i) rows.deltas[i] = i % 2 == 0 ? 1 : -1;
  for (auto _ : state) {
    kernels.add_to_rows(rows.deltas.data(), kStride, rows.next().data(), kCells);
    benchmark::ClobberMemory();
  }
}

/// 4,096 steps of cells that recur with some change, and values that go with them.
struct Steps {
  std::vector<std::vector<std::uint32_t>> cells;
  std::vector<std::uint32_t> buckets;

  Steps() {
    base::Random random(2);
    for (std::uint32_t step = 0; step < 4096; ++step) {
      const auto bucket = static_cast<std::uint32_t>(random.below(kBuckets));
      std::vector<std::uint32_t> active;
      for (std::uint32_t cell = bucket * 15 + static_cast<std::uint32_t>(random.below(4));
           active.size() < kCells; cell += 1 + static_cast<std::uint32_t>(random.below(3))) {
        active.push_back(cell);
      }
      cells.push_back(std::move(active));
      buckets.push_back(bucket);
    }
  }
};

void classifier_step(benchmark::State& state, const std::string& set) {
  static const Steps steps;
  if (!htm::select_kernels(set).ok()) state.SkipWithError("no such kernels here");
  auto classifier = htm::SdrClassifier::create({}).value();
  std::size_t at = 0;
  const auto step = [&] {
    const std::size_t i = at++ % steps.cells.size();
    return classifier.compute(steps.cells[i], steps.buckets[i], steps.buckets[i] * 0.001);
  };
  for (std::size_t i = 0; i < steps.cells.size(); ++i) step();
  for (auto _ : state) benchmark::DoNotOptimize(step());
  state.counters["bytes"] = static_cast<double>(classifier.bytes());
}

void forecaster_step(benchmark::State& state) {
  static const Steps steps;
  auto forecaster = htm::ChangeForecaster::create({}).value();
  std::size_t at = 0;
  const auto step = [&] {
    const std::size_t i = at++ % steps.cells.size();
    return forecaster.compute(steps.cells[i], steps.buckets[i] * 0.001);
  };
  for (std::size_t i = 0; i < steps.cells.size(); ++i) step();
  for (auto _ : state) benchmark::DoNotOptimize(step());
  state.counters["bytes"] = static_cast<double>(forecaster.bytes());
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto name : htm::available_kernels()) {
    const std::string set(name);
    const auto& kernels = kernels_of(name);
    const auto add = [&](const char* loop, auto* function) {
      benchmark::RegisterBenchmark((loop + ("/" + set)).c_str(),
                                   [&kernels, function](auto& state) { function(state, kernels); });
    };
    add("sum_rows", sum_rows);
    add("softmax", softmax);
    add("round_errors", round_errors);
    add("add_to_rows", add_to_rows);
    benchmark::RegisterBenchmark(("classifier_step/" + set).c_str(),
                                 [set](auto& state) { classifier_step(state, set); });
  }
  benchmark::RegisterBenchmark("forecaster_step", forecaster_step);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
