// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/segment_kernels.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "../src/kernels.h"
#include "cortado/base/random.h"
#include "cortado/htm/kernels.h"
#include "series.h"

namespace cortado::htm {
namespace {

constexpr std::uint32_t kCells = 1024;

class SegmentKernelsTest : public ::testing::TestWithParam<std::string_view> {
 protected:
  void SetUp() override { ASSERT_TRUE(select_kernels(GetParam()).ok()); }
  void TearDown() override { ASSERT_TRUE(select_kernels(available_kernels().front()).ok()); }
};
INSTANTIATE_TEST_SUITE_P(EverySet, SegmentKernelsTest, ::testing::ValuesIn(available_kernels()),
                         [](const auto& set) { return std::string(set.param); });

std::vector<CellIndex> random_cells(base::Random& random, std::uint32_t count) {
  const auto cells = testing::random_subset(random, kCells, count);
  return {cells.begin(), cells.end()};
}

/// A segment with room behind it, as kernels expect it, and cells that it lacks.
template <typename P>
struct Case {
  std::vector<CellIndex> cells;
  std::vector<P> permanences;
  std::vector<CellIndex> added;
  std::uint32_t count = 0;
  bool died = false;
};

template <typename P>
Case<P> make_case(base::Random& random, P dead, std::uint32_t most) {
  Case<P> made;
  const auto all = random_cells(random, static_cast<std::uint32_t>(random.below(most + 1)));
  for (const auto cell : all) {
    if (random.below(4) == 0) {
      made.added.push_back(cell);
      continue;
    }
    const bool dies = random.below(5) == 0;
    made.died = made.died || dies;
    made.cells.push_back(cell);
    made.permanences.push_back(static_cast<P>(dies ? dead : dead + 1 + random.below(99)));
  }
  made.count = static_cast<std::uint32_t>(made.cells.size());
  made.cells.resize(made.count + kKernelOverrun, 7);
  made.permanences.resize(made.count + kKernelOverrun, dead);
  return made;
}

template <typename P>
void check_merge(std::uint32_t (*merge)(const SegmentChange<P>&, CellIndex*, P*)) {
  constexpr P kDead = 78;
  constexpr P kInitial = 99;
  base::Random random(1);
  for (int round = 0; round < 2000; ++round) {
    const Case<P> made = make_case<P>(random, kDead, round % 2 == 0 ? 255 : 40);
    std::vector<std::pair<CellIndex, P>> expected;
    for (std::uint32_t i = 0; i < made.count; ++i) {
      if (made.permanences[i] != kDead) {
        expected.emplace_back(made.cells[i], made.permanences[i]);
      }
    }
    for (const auto cell : made.added) expected.emplace_back(cell, kInitial);
    std::sort(expected.begin(), expected.end());
    std::vector<CellIndex> cells(kMergedRoom);
    std::vector<P> permanences(kMergedRoom);
    const std::uint32_t merged =
        merge({made.cells.data(), made.permanences.data(), made.count, made.died, kDead,
               made.added.data(), static_cast<std::uint32_t>(made.added.size()), kInitial},
              cells.data(), permanences.data());
    ASSERT_EQ(merged, expected.size()) << round;
    for (std::uint32_t i = 0; i < merged; ++i) {
      ASSERT_EQ(std::pair(cells[i], permanences[i]), expected[i]) << round << " " << i;
    }
  }
}

TEST_P(SegmentKernelsTest, MergeDropsTheDeadAndAddsTheNewInOrder) {
  check_merge(kernels().segment->merge_narrow);
  check_merge(kernels().segment->merge_wide);
}

/// Of all active cells some are winners; a segment leads to some active and some other cells.
TEST_P(SegmentKernelsTest, FindFreeListsTheWinnersThatASegmentLacks) {
  base::Random random(1);
  for (int round = 0; round < 2000; ++round) {
    const auto active = random_cells(random, static_cast<std::uint32_t>(random.below(300)));
    std::vector<std::uint16_t> rank_of(kCells, 0xffff);
    std::vector<CellIndex> winners;
    const std::uint64_t share = 1 + random.below(4);
    for (const auto cell : active) {
      if (random.below(share) == 0) winners.push_back(cell);
    }
    const auto ranks = static_cast<std::uint32_t>(winners.size());
    for (const auto cell : active) rank_of[cell] = static_cast<std::uint16_t>(ranks);
    for (std::uint32_t r = 0; r < ranks; ++r) rank_of[winners[r]] = static_cast<std::uint16_t>(r);
    auto cells = random_cells(random, static_cast<std::uint32_t>(random.below(256)));
    const auto count = static_cast<std::uint32_t>(cells.size());
    std::vector<std::uint8_t> flags(count + kKernelOverrun, 0xff);
    for (std::uint32_t i = 0; i < count; ++i) {
      flags[i] = std::binary_search(active.begin(), active.end(), cells[i]) ? 0xff : 0;
    }
    std::vector<std::uint16_t> expected;
    for (std::uint32_t r = 0; r < ranks; ++r) {
      if (!std::binary_search(cells.begin(), cells.end(), winners[r])) {
        expected.push_back(static_cast<std::uint16_t>(r));
      }
    }
    std::vector<std::uint16_t> free(ranks + kKernelOverrun);
    const std::uint32_t found = kernels().segment->find_free(cells.data(), flags.data(), count,
                                                             rank_of.data(), ranks, free.data());
    free.resize(found);
    ASSERT_EQ(free, expected) << round;
  }
}

}  // namespace
}  // namespace cortado::htm
