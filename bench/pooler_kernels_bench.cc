// rooms: htm base
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// The spatial pooler's kernels at work, with each kernel set that this machine has: overlap and
// inhibition alone, with learning, over one device and over many in turn; saving and restoring.
// Iterations are fixed, so that every set works on the same states.
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "cortado/base/bytes.h"
#include "cortado/base/random.h"
#include "cortado/htm/kernels.h"
#include "cortado/htm/spatial_pooler.h"

namespace {

using namespace cortado;

/// Two runs of inputs, as the encoders of the preset `seed` make them: one that creeps, one that
/// follows a noisy value.
class Inputs {
 public:
  explicit Inputs(std::uint64_t seed) : random_(seed) {}

  const htm::Sdr& next() {
    level_ += (0.3 - level_) * 0.05 + 0.04 * (random_.uniform() - 0.5);
    const double share = level_ < 0 ? 0 : level_ > 1 ? 1 : level_;
    sdr_.reset(275);
    const auto season = static_cast<std::uint32_t>(hour_++ / 70 % 94);
    for (std::uint32_t i = 0; i < 31; ++i) sdr_.append(season + i);
    const auto first = 124 + static_cast<std::uint32_t>(share * 100);
    for (std::uint32_t i = 0; i < 51; ++i) sdr_.append(first + i);
    return sdr_;
  }

 private:
  base::Random random_;
  htm::Sdr sdr_;
  std::uint64_t hour_ = 0;
  double level_ = 0.3;
};

std::shared_ptr<const htm::PoolerBase> shared_base() {
  static const auto base = htm::PoolerBase::create({}, {31, 51}).value();
  return base;
}

struct Device {
  explicit Device(std::uint64_t seed, int records) : inputs(seed), pooler(shared_base()) {
    for (int i = 0; i < records; ++i) step(true);
  }
  void step(bool learn) { pooler.compute(inputs.next(), learn, columns); }

  Inputs inputs;
  htm::SpatialPooler pooler;
  htm::Sdr columns;
};

constexpr int kRecords = 5000;

void report(benchmark::State& state, const htm::SpatialPooler& pooler) {
  state.SetLabel(std::string(htm::selected_kernels()));
  state.counters["columns"] = pooler.changed_columns();
  state.counters["bytes"] = static_cast<double>(pooler.bytes());
}

/// Run with the kernel set of that number, or skip.
bool select(benchmark::State& state) {
  const auto names = htm::available_kernels();
  const auto index = static_cast<std::size_t>(state.range(0));
  if (index < names.size() && htm::select_kernels(names[index]).ok()) return true;
  state.SkipWithError("no such kernel set here");
  return false;
}

void sets(benchmark::internal::Benchmark* benchmark) {
  for (std::size_t i = 0; i < htm::available_kernels().size(); ++i) {
    benchmark->Arg(static_cast<std::int64_t>(i));
  }
}

void inputs_alone(benchmark::State& state) {
  Inputs inputs(1);
  for (auto _ : state) benchmark::DoNotOptimize(inputs.next().active().data());
}
BENCHMARK(inputs_alone);

void overlap_and_inhibition(benchmark::State& state) {
  if (!select(state)) return;
  Device device(1, kRecords);
  for (auto _ : state) device.step(false);
  report(state, device.pooler);
}
BENCHMARK(overlap_and_inhibition)->Apply(sets)->Iterations(50'000);

void with_learning(benchmark::State& state) {
  if (!select(state)) return;
  Device device(1, kRecords);
  for (auto _ : state) device.step(true);
  report(state, device.pooler);
}
BENCHMARK(with_learning)->Apply(sets)->Iterations(50'000);

/// One record a turn: what a device needs is no longer in the nearer caches.
void devices_in_turn(benchmark::State& state) {
  if (!select(state)) return;
  std::vector<Device> devices;
  for (std::uint64_t i = 0; i < 200; ++i) devices.emplace_back(i, 1000);
  std::size_t turn = 0;
  for (auto _ : state) devices[turn++ % devices.size()].step(true);
  report(state, devices[0].pooler);
}
BENCHMARK(devices_in_turn)->Apply(sets)->Iterations(50'000);

void first_record_of_a_device(benchmark::State& state) {
  if (!select(state)) return;
  Inputs inputs(1);
  const htm::Sdr input = inputs.next();
  htm::Sdr columns;
  for (auto _ : state) {
    htm::SpatialPooler pooler(shared_base());
    pooler.compute(input, true, columns);
  }
  state.SetLabel(std::string(htm::selected_kernels()));
}
BENCHMARK(first_record_of_a_device)->Apply(sets);

void save(benchmark::State& state) {
  const Device device(1, kRecords);
  std::string bytes;
  for (auto _ : state) {
    bytes.clear();
    base::ByteWriter writer(bytes);
    device.pooler.save(writer);
  }
  report(state, device.pooler);
  state.counters["stored"] = static_cast<double>(bytes.size());
}
BENCHMARK(save);

void restore(benchmark::State& state) {
  const Device device(1, kRecords);
  std::string bytes;
  base::ByteWriter writer(bytes);
  device.pooler.save(writer);
  for (auto _ : state) {
    base::ByteReader reader(bytes);
    benchmark::DoNotOptimize(htm::SpatialPooler::restore(shared_base(), reader).ok());
  }
  report(state, device.pooler);
}
BENCHMARK(restore);

}  // namespace

BENCHMARK_MAIN();
