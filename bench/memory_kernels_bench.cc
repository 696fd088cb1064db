// rooms: htm base
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// The temporal memory with every kernel set of this machine, and its scan of columns like those of
// the preset `seed`: four to eight segments of 20 to 48 synapses, every second one active.
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "../libs/htm/src/column_scan.h"
#include "cortado/base/random.h"
#include "cortado/htm/kernels.h"
#include "cortado/htm/temporal_memory.h"

namespace {

using namespace cortado;

constexpr std::uint32_t kColumns = 64;  // so that branches are not learned by heart
constexpr std::uint32_t kCells = 8192;

template <typename P>
constexpr P kConnected = static_cast<P>(1 << (8 * sizeof(P) - 1));

/// A column's arrays, with what kernels may read behind them.
template <typename P>
struct Column {
  std::vector<htm::SegmentHead> heads;
  std::vector<htm::CellIndex> cells;
  std::vector<P> permanences;
  std::uint32_t synapses = 0;

  htm::ColumnView<P> view() {
    return {heads.data(), cells.data(), permanences.data(),
            static_cast<std::uint32_t>(heads.size()), synapses};
  }
};

template <typename P>
Column<P> make_column(base::Random& random, const std::vector<std::uint8_t>& flags) {
  Column<P> column;
  const auto segments = static_cast<std::uint32_t>(4 + random.below(5));
  for (std::uint32_t s = 0; s < segments; ++s) {
    const auto count = static_cast<std::uint8_t>(20 + random.below(29));
    column.heads.push_back({0, static_cast<std::uint8_t>(s % 4), count});
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
  return column;
}

/// The scan of 40 columns like those of the preset `seed`, 80 cells being active.
template <typename P>
void scan(benchmark::State& state, const std::string& set, bool learn) {
  benchmark::DoNotOptimize(htm::select_kernels(set).ok());
  std::vector<std::uint8_t> flags(htm::kFlagTableCells, 0);
  base::Random random(1);
  for (int i = 0; i < 80; ++i) flags[random.below(kCells)] = 0xff;
  std::vector<Column<P>> columns;
  for (std::uint32_t i = 0; i < kColumns; ++i) columns.push_back(make_column<P>(random, flags));
  const auto low = static_cast<P>(kConnected<P> - 50);
  const htm::SegmentLearning<P> learning{{low, static_cast<P>(low + 100), 10, 0, 0}, 1, 20};
  htm::ColumnScan<P> scan;
  std::int64_t synapses = 0;
  for (auto _ : state) {
    scan.begin(40);
    for (int i = 0; i < 40; ++i) {
      Column<P>& column = columns[random.below(kColumns)];
      synapses += column.synapses;
      scan.add(column.view());
    }
    scan.run({flags.data(), kCells}, 12, learn ? &learning : nullptr);
    benchmark::DoNotOptimize(scan.task(0).active);
  }
  state.SetItemsProcessed(synapses);
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
    const auto scan_of = [&add]<typename P>(const char* label, P, bool learn) {
      add(label, [learn](benchmark::State& s, const std::string& of) { scan<P>(s, of, learn); });
    };
    scan_of("scan/u8", std::uint8_t{}, false);
    scan_of("scan_and_learn/u8", std::uint8_t{}, true);
    scan_of("scan_and_learn/u16", std::uint16_t{}, true);
    add("compute", compute);
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
