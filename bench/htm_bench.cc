// rooms: htm base
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Cost of the stages of the preset `seed` and of the whole, on a varied hourly series; each
// benchmark's model has learned the series' first part, so that its size is that of a model in use.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "cortado/base/bytes.h"
#include "cortado/base/math.h"
#include "cortado/base/random.h"
#include "cortado/htm/date_encoder.h"
#include "cortado/htm/scalar_encoder.h"
#include "cortado/htm/sdr_classifier.h"
#include "cortado/htm/spatial_pooler.h"
#include "cortado/htm/temporal_memory.h"

namespace {

using namespace cortado;

constexpr std::int64_t kHourMs = 3'600'000;

/// Hourly readings in 0..0.1 with a day's cycle, changing weather and noise.
class Series {
 public:
  double next() {
    if (random_.below(60) == 0) weather_ = random_.uniform();
    const double day = base::sin(6.283185307179586 * static_cast<double>(hour_++ % 24) / 24);
    return 0.03 + 0.015 * day + 0.02 * (weather_ - 0.5) + 0.004 * (random_.uniform() - 0.5);
  }

 private:
  base::Random random_{1};
  std::int64_t hour_ = 0;
  double weather_ = 0.5;
};

/// The whole network with the stages apart.
struct Network {
  htm::DateEncoder date = htm::DateEncoder::create({}).value();
  htm::ScalarEncoder scalar = htm::ScalarEncoder::create({}).value();
  htm::SpatialPooler pooler{htm::PoolerBase::create({}, {31, 51}).value()};
  htm::TemporalMemory memory = htm::TemporalMemory::create({}).value();
  htm::SdrClassifier classifier = htm::SdrClassifier::create({}).value();
  Series series;
  htm::Sdr input;
  htm::Sdr columns;
  double value = 0;
  std::uint32_t bucket = 0;
  std::int64_t hour = 0;

  void encode() {
    value = series.next();
    bucket = scalar.bucket(value).index;
    input.reset(date.size() + scalar.size());
    date.encode(kHourMs * hour++, 0, input);
    scalar.encode(bucket, date.size(), input);
  }
  double step() {
    encode();
    pooler.compute(input, true, columns);
    memory.compute(columns.active(), true);
    return classifier.compute(memory.active_cells(), bucket, value);
  }
};

Network& learned(benchmark::State& state) {
  static Network network;
  while (network.hour < state.range(0)) network.step();
  return network;
}

void whole_record(benchmark::State& state) {
  Network& network = learned(state);
  for (auto _ : state) benchmark::DoNotOptimize(network.step());
  const auto counts = network.memory.counts();
  state.counters["segments"] = static_cast<double>(counts.segments);
  state.counters["synapses"] = static_cast<double>(counts.synapses);
  state.counters["bytes"] = static_cast<double>(network.pooler.bytes() + network.memory.bytes() +
                                                network.classifier.bytes());
}
BENCHMARK(whole_record)->Arg(10'000)->Iterations(16'000);

void encoders(benchmark::State& state) {
  Network& network = learned(state);
  for (auto _ : state) network.encode();
}
BENCHMARK(encoders)->Arg(10'000);

/// With learning (1) and without (0).
void spatial_pooler(benchmark::State& state) {
  Network& network = learned(state);
  for (auto _ : state) {
    network.encode();
    network.pooler.compute(network.input, state.range(1) == 1, network.columns);
  }
}
BENCHMARK(spatial_pooler)->Args({10'000, 0})->Args({10'000, 1})->Iterations(20'000);

void temporal_memory(benchmark::State& state) {
  Network& network = learned(state);
  std::vector<htm::Sdr> columns(512);
  for (auto& active : columns) {
    network.encode();
    network.pooler.compute(network.input, false, active);
  }
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(network.memory.compute(columns[at++ % 512].active(), true));
  }
}
BENCHMARK(temporal_memory)->Arg(10'000)->Iterations(10'000);

void save(benchmark::State& state) {
  Network& network = learned(state);
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    base::ByteWriter writer(bytes);
    network.pooler.save(writer);
    network.memory.save(writer);
    network.classifier.save(writer);
  }
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(save)->Arg(10'000);

void make_pooler_base(benchmark::State& state) {
  htm::SpatialPoolerConfig config;
  for (auto _ : state) {
    ++config.seed;
    benchmark::DoNotOptimize(htm::PoolerBase::create(config).value()->digest());
  }
}
BENCHMARK(make_pooler_base);

}  // namespace

BENCHMARK_MAIN();
