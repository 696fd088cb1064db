// rooms: htm base
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// The temporal memory with every kernel set of this machine, and its kernels one by one on a column
// like those of the preset `seed`: eight segments of 20 to 48 synapses, every second one active.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "../libs/htm/src/kernels.h"
#include "../libs/htm/src/memory_kernels.h"
#include "cortado/base/random.h"
#include "cortado/htm/kernels.h"
#include "cortado/htm/temporal_memory.h"

namespace {

using namespace cortado;

constexpr std::uint32_t kColumns = 64;  // so that branches are not learned by heart
constexpr std::uint32_t kCells = 8192;

/// A column's arrays as the kernels take them.
template <typename P>
struct Column {
  std::vector<htm::SegmentHead> heads;
  std::vector<htm::CellIndex> cells;
  std::vector<P> permanences;
  std::vector<std::uint8_t> flags;
  std::vector<std::uint8_t> potentials;
  std::vector<htm::SegmentMark> marks;
  std::uint32_t synapses = 0;

  htm::ColumnSynapses<P> view() {
    return {heads.data(), static_cast<std::uint32_t>(heads.size()), permanences.data(),
            flags.data()};
  }
};

template <typename P>
constexpr P kConnected = static_cast<P>(1 << (8 * sizeof(P) - 1));

template <typename P>
Column<P> make_column(base::Random& random, const std::vector<std::uint8_t>& flags) {
  Column<P> column;
  const auto segments = static_cast<std::uint32_t>(6 + random.below(5));
  for (std::uint32_t s = 0; s < segments; ++s) {
    const auto count = static_cast<std::uint8_t>(20 + random.below(29));
    column.heads.push_back({0, 0, static_cast<std::uint8_t>(s % 4), count});
    for (std::uint32_t i = 0; i < count; ++i) {
      auto cell = static_cast<htm::CellIndex>(random.below(kCells));
      while (s % 2 == 0 && i < 20 && flags[cell] == 0) {
        cell = static_cast<htm::CellIndex>(random.below(kCells));
      }
      column.cells.push_back(cell);
      column.permanences.push_back(kConnected<P>);
    }
  }
  column.synapses = static_cast<std::uint32_t>(column.cells.size());
  column.cells.resize(column.synapses + htm::kKernelOverrun);
  column.permanences.resize(column.synapses + htm::kKernelOverrun);
  column.flags.resize(column.synapses + htm::kKernelOverrun);
  column.potentials.resize(segments);
  column.marks.resize(segments + 1);
  return column;
}

/// Columns and the flags of 80 active cells, with the kernel set of the benchmark's name in use.
template <typename P>
struct Bench {
  std::vector<std::uint8_t> flags = std::vector<std::uint8_t>(htm::kFlagTableCells, 0);
  std::vector<Column<P>> columns;
  const htm::MemoryKernels& kernels;
  std::uint32_t next = 0;
  std::int64_t synapses = 0;

  explicit Bench(const std::string& set)
      : kernels((htm::select_kernels(set).ok(), *htm::kernels().memory)) {
    base::Random random(1);
    for (int i = 0; i < 80; ++i) flags[random.below(kCells)] = 0xff;
    for (std::uint32_t i = 0; i < kColumns; ++i) columns.push_back(make_column<P>(random, flags));
    for (auto& column : columns) look_up(column);
  }
  Column<P>& column() {
    Column<P>& column = columns[next++ % kColumns];
    synapses += column.synapses;
    return column;
  }
  void look_up(Column<P>& column) const {
    kernels.look_up(column.cells.data(), column.synapses, flags.data(), column.flags.data());
  }
  const htm::PermanenceKernels<P>& permanences() const {
    if constexpr (sizeof(P) == 1) {
      return kernels.narrow;
    } else {
      return kernels.wide;
    }
  }
  std::uint32_t find_active(Column<P>& column) const {
    return permanences().find_active(column.view(), 12, column.potentials.data(),
                                     column.marks.data());
  }
};

void look_up(benchmark::State& state, const std::string& set) {
  Bench<std::uint8_t> bench(set);
  for (auto _ : state) {
    auto& column = bench.column();
    bench.look_up(column);
    benchmark::DoNotOptimize(column.flags.data());
  }
  state.SetItemsProcessed(bench.synapses);
}

template <typename P>
void find_active(benchmark::State& state, const std::string& set) {
  Bench<P> bench(set);
  for (auto _ : state) benchmark::DoNotOptimize(bench.find_active(bench.column()));
  state.SetItemsProcessed(bench.synapses);
}

template <typename P>
void adapt(benchmark::State& state, const std::string& set) {
  Bench<P> bench(set);
  const auto low = static_cast<P>(kConnected<P> - 50);
  const htm::PermanenceRules<P> rules{low, static_cast<P>(low + 100), 10, 0, 10};
  for (auto& column : bench.columns) bench.find_active(column);
  for (auto _ : state) {
    auto& column = bench.column();
    const auto count = static_cast<std::uint32_t>((column.heads.size() + 1) / 2);
    bench.permanences().adapt(column.view(), column.marks.data(), count, rules);
    benchmark::DoNotOptimize(column.marks.data());
  }
  state.SetItemsProcessed(bench.synapses);
}

/// Whole steps on 40 of 2048 columns that follow each other in 50 recurring orders.
void compute(benchmark::State& state, const std::string& set) {
  benchmark::DoNotOptimize(htm::select_kernels(set).ok());
  auto memory = htm::TemporalMemory::create({}).value();
  base::Random random(1);
  std::vector<std::vector<std::uint32_t>> letters(200);
  for (auto& letter : letters) {
    for (std::uint32_t i = 0; i < 40; ++i) {
      letter.push_back(i * 51 + static_cast<std::uint32_t>(random.below(51)));
    }
  }
  std::uint64_t word = 0;
  std::uint64_t at = 0;
  const auto step = [&] {
    if (at++ % 10 == 0) word = random.below(50);
    return memory.compute(letters[(word * 4 + at % 10) % letters.size()], true);
  };
  for (int i = 0; i < 10'000; ++i) step();
  for (auto _ : state) benchmark::DoNotOptimize(step());
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const auto name : htm::available_kernels()) {
    const std::string set(name);
    const auto add = [&set](const std::string& kernel, auto function) {
      benchmark::RegisterBenchmark((kernel + "/" + set).c_str(),
                                   [function, set](benchmark::State& s) { function(s, set); });
    };
    add("look_up", look_up);
    add("find_active/u8", find_active<std::uint8_t>);
    add("find_active/u16", find_active<std::uint16_t>);
    add("adapt/u8", adapt<std::uint8_t>);
    add("adapt/u16", adapt<std::uint16_t>);
    add("compute", compute);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
