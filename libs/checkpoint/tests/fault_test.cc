// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Fail or die at operation N, for every N; whatever is opened afterwards is the old snapshot or the
// new one, whole.
#include <gtest/gtest.h>

#include "faulty_file_system.h"
#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::testing::Fault;
using base::testing::FaultyFileSystem;
using base::testing::MemoryFileSystem;
using testing::open_store;
using testing::State;
using testing::write_snapshot;

constexpr int kSnapshots = 6;

/// The devices that snapshot `number` writes; device 0 changes but once.
std::map<std::string, std::string> changes(int number) {
  std::map<std::string, std::string> result;
  if (number == 1) result["d0"] = std::string(2000, 'z');
  for (int device = 1; device < 4; ++device) {
    if ((number + device) % 2 == 0) continue;
    result["d" + std::to_string(device)] = "state " + std::to_string(number);
  }
  return result;
}

/// The whole state after snapshot `number`.
State state_after(int number) {
  State state{.next = number * 10, .devices = {}};
  for (int i = 1; i <= number; ++i) {
    for (const auto& [device, bytes] : changes(i)) state.devices[device] = bytes;
  }
  if (number == 0) state.next = 0;
  return state;
}

class FaultTest : public ::testing::TestWithParam<Fault> {};

/// Take snapshots until one fails. Returns the number of the last that succeeded.
int run(base::FileSystem& files) {
  State state;
  const auto store = open_store(files, state);
  if (!store.ok()) return 0;
  for (int number = 1; number <= kSnapshots; ++number) {
    if (!write_snapshot(**store, number * 10, changes(number)).ok()) return number - 1;
  }
  return kSnapshots;
}

TEST_P(FaultTest, OldOrNewAndWholeAfterAnyOperation) {
  MemoryFileSystem counted;
  FaultyFileSystem counter(counted);
  ASSERT_EQ(run(counter), kSnapshots);
  ASSERT_GT(counter.operations(), 20);
  for (std::int64_t n = 0; n < counter.operations(); ++n) {
    MemoryFileSystem disk;
    FaultyFileSystem files(disk);
    files.arm(n, GetParam());
    const int done = run(files);
    EXPECT_TRUE(files.struck());
    State state;
    const auto store = open_store(disk, state);
    ASSERT_TRUE(store.ok()) << n << ": " << store.error().message();
    EXPECT_TRUE(state == state_after(done) || state == state_after(done + 1)) << n;
    // Life goes on from there.
    const int reached = static_cast<int>(state.next / 10);
    for (int number = reached + 1; number <= kSnapshots; ++number) {
      ASSERT_TRUE(write_snapshot(**store, number * 10, changes(number)).ok()) << n;
    }
    ASSERT_TRUE(open_store(disk, state).ok());
    EXPECT_EQ(state, state_after(kSnapshots)) << n;
    EXPECT_LE(disk.files().size(), 9U) << n;
  }
}

TEST_P(FaultTest, AStoreGoesOnAfterAFailure) {
  if (GetParam() != Fault::kFail && GetParam() != Fault::kFailAfter) {
    // A dead process does not go on: the test above covers it; here a crash ends every later write.
    MemoryFileSystem disk;
    FaultyFileSystem files(disk);
    State state;
    const auto store = open_store(files, state);
    files.crash();
    EXPECT_FALSE(write_snapshot(**store, 10, changes(1)).ok());
    EXPECT_FALSE(write_snapshot(**store, 10, changes(1)).ok());
    return;
  }
  for (std::int64_t n = 0; n < 8; ++n) {
    MemoryFileSystem disk;
    FaultyFileSystem files(disk);
    State state;
    const auto store = open_store(files, state);
    ASSERT_TRUE(write_snapshot(**store, 10, changes(1)).ok());
    files.arm(n, GetParam());
    int number = 2;
    if (!write_snapshot(**store, 20, changes(2)).ok()) {
      // The devices of the failed snapshot are still dirty and come with the next.
      auto both = changes(2);
      for (const auto& [device, bytes] : changes(3)) both[device] = bytes;
      ASSERT_TRUE(write_snapshot(**store, 30, both).ok());
      number = 3;
    }
    ASSERT_TRUE(open_store(disk, state).ok());
    EXPECT_EQ(state, state_after(number)) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FaultTest,
                         ::testing::Values(Fault::kFail, Fault::kFailAfter, Fault::kCrashBefore,
                                           Fault::kCrashWithin, Fault::kCrashAfter));

}  // namespace
}  // namespace cortado::checkpoint
