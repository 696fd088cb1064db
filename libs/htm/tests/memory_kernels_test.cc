// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/memory_kernels.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "../src/column_scan.h"
#include "cortado/base/random.h"
#include "cortado/htm/kernels.h"

namespace cortado::htm {
namespace {

constexpr std::uint32_t kThreshold = 3;
constexpr std::uint8_t kConnected = 128;

class MemoryKernelsTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(select_kernels(GetParam()).ok()); }
  void TearDown() override { ASSERT_TRUE(select_kernels(available_kernels().front()).ok()); }
};
INSTANTIATE_TEST_SUITE_P(EverySet, MemoryKernelsTest, ::testing::ValuesIn(available_kernels()),
                         [](const auto& set) { return std::string(set.param); });

/// A column with room behind its arrays, as kernels expect it.
struct Column {
  std::vector<SegmentHead> heads;
  std::vector<CellIndex> cells;
  std::vector<std::uint8_t> permanences;
  std::uint32_t segments = 0;
  std::uint32_t synapses = 0;

  Column(base::Random& random, std::uint32_t cell_count, std::uint32_t longest)
      : segments(static_cast<std::uint32_t>(random.below(20))) {
    for (std::uint32_t s = 0; s < segments; ++s) {
      const auto count = static_cast<std::uint8_t>(1 + random.below(longest));
      heads.push_back({0, static_cast<std::uint8_t>(random.below(4)), count});
      synapses += count;
    }
    for (std::uint32_t i = 0; i < synapses; ++i) {
      cells.push_back(static_cast<CellIndex>(random.below(cell_count)));
      permanences.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
    heads.resize(segments + kKernelOverrun, {9, 9, 255});
    cells.resize(synapses + kKernelOverrun, 0xffff);
    permanences.resize(synapses + kKernelOverrun, 255);
  }
  ColumnView<std::uint8_t> view() {
    return {heads.data(), cells.data(), permanences.data(), segments, synapses};
  }
};

/// What a scan has to find in a column, one synapse after the other.
void expect_found(const Column& column, const ColumnScan<std::uint8_t>& scan, std::size_t number,
                  const std::vector<std::uint8_t>& flags) {
  const auto& task = scan.task(number);
  std::uint32_t active = 0;
  std::uint32_t at = 0;
  for (std::uint32_t s = 0; s < column.segments; ++s) {
    std::uint32_t potential = 0;
    std::uint32_t connected = 0;
    for (std::uint32_t i = at; i < at + column.heads[s].count; ++i) {
      const bool on = flags[column.cells[i]] != 0;
      ASSERT_EQ(scan.flags(task)[i], on ? 0xff : 0);
      potential += on ? 1 : 0;
      connected += on && column.permanences[i] >= kConnected ? 1 : 0;
    }
    ASSERT_EQ(scan.potentials(task)[s], potential) << "segment " << s;
    if (connected >= kThreshold) {
      ASSERT_LT(active, task.active);
      const SegmentMark& mark = scan.marks(task)[active++];
      ASSERT_EQ(mark.first, at);
      ASSERT_EQ(mark.index, s);
      ASSERT_EQ(mark.potential, potential);
      ASSERT_NE(task.active_cells >> column.heads[s].cell & 1, 0U);
    }
    at += column.heads[s].count;
  }
  ASSERT_EQ(task.active, active);
}

/// Cells: within the table of flags and beyond it; segments that fit into a word and longer ones.
void check_scan(std::uint32_t cell_count, std::uint32_t longest) {
  base::Random random(17);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::uint8_t> flags(kFlagTableCells, 0);
    for (std::uint32_t i = 0; i < cell_count; ++i) flags[i] = random.below(4) == 0 ? 0xff : 0;
    std::vector<Column> columns;
    ColumnScan<std::uint8_t> scan;
    scan.begin(12);
    for (int c = 0; c < 12; ++c) columns.emplace_back(random, cell_count, longest);
    for (Column& column : columns) scan.add(column.view());
    scan.run(std::span(flags).first(cell_count), kThreshold, nullptr);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      ASSERT_NO_FATAL_FAILURE(expect_found(columns[c], scan, c, flags)) << "column " << c;
    }
  }
}

TEST_P(MemoryKernelsTest, AScanFindsWhatOneSynapseAfterTheOtherFinds) { check_scan(8192, 40); }
TEST_P(MemoryKernelsTest, SoItDoesWithSegmentsLongerThanAWord) { check_scan(4096, 200); }
TEST_P(MemoryKernelsTest, SoItDoesWithMoreCellsThanATableHolds) { check_scan(65'536, 57); }

}  // namespace
}  // namespace cortado::htm
