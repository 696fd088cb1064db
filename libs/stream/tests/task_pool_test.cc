// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/task_pool.h"

#include <atomic>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

class TaskPoolTest : public ::testing::TestWithParam<std::size_t> {};

TEST_P(TaskPoolTest, DoesEveryTaskOnceAndShowsWhatItWrote) {
  TaskPool pool(GetParam());
  EXPECT_EQ(pool.threads(), GetParam());
  for (std::size_t count = 0; count < 200; ++count) {
    std::vector<int> done(count);
    pool.run(count, [&done](std::size_t i) { ++done[i]; });
    EXPECT_EQ(done, std::vector<int>(count, 1));
  }
}

INSTANTIATE_TEST_SUITE_P(Threads, TaskPoolTest, ::testing::Values(1, 2, 4, 9));

TEST(TaskPoolTest, OneThreadKeepsTheOrder) {
  TaskPool pool(1);
  std::vector<std::size_t> order;
  pool.run(10, [&order](std::size_t i) { order.push_back(i); });
  std::vector<std::size_t> expected(10);
  std::iota(expected.begin(), expected.end(), 0U);
  EXPECT_EQ(order, expected);
}

TEST(TaskPoolTest, TasksRunBesideEachOther) {
  TaskPool pool(2);
  std::atomic<int> arrived{0};
  // Each task waits for the other: with fewer than two threads this would never end.
  pool.run(2, [&arrived](std::size_t) {
    ++arrived;
    arrived.notify_all();
    for (int seen = arrived; seen < 2; seen = arrived) arrived.wait(seen);
  });
  EXPECT_EQ(arrived, 2);
}

TEST(TaskPoolTest, ZeroMeansOneACore) {
  const TaskPool pool(0);
  EXPECT_GE(pool.threads(), 1U);
}

}  // namespace
}  // namespace cortado::stream
