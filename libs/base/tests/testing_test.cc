// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// The helpers that other rooms' tests rest on.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/clock.h"
#include "faulty_file_system.h"
#include "manual_clock.h"
#include "memory_file_system.h"

namespace cortado::base {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::ManualClock;
using testing::MemoryFileSystem;

TEST(SystemClock, GoesForward) {
  const auto before = system_clock().steady();
  system_clock().sleep_until(before + milliseconds(1));
  EXPECT_GE(system_clock().steady(), before + milliseconds(1));
  EXPECT_GT(system_clock().now_ms(), ManualClock::kDefaultStart - 365LL * 86'400'000);
}

TEST(ManualClock, MovesBothTimesTogether) {
  ManualClock clock(1000);
  clock.advance(milliseconds(250));
  EXPECT_EQ(clock.now_ms(), 1250);
  clock.sleep_until(milliseconds(400));
  EXPECT_EQ(clock.now_ms(), 1400);
  clock.sleep_until(milliseconds(10));
  EXPECT_EQ(clock.steady(), milliseconds(400));
  EXPECT_EQ(clock.slept(), milliseconds(150));
}

TEST(ManualClock, BlocksUntilAnotherThreadAdvances) {
  ManualClock clock(0, ManualClock::Sleep::kBlock);
  std::jthread sleeper([&] { clock.sleep_until(milliseconds(100)); });
  clock.wait_for_sleepers(1);
  clock.advance(milliseconds(100));
  sleeper.join();
  EXPECT_EQ(clock.steady(), milliseconds(100));
}

TEST(MemoryFileSystem, BehavesAsFilesDo) {
  MemoryFileSystem files;
  EXPECT_EQ(files.write_file_atomically("d/f", "x").error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(files.create_directories("d/e").ok());
  ASSERT_TRUE(files.write_file_atomically("d/f", "0123").ok());
  EXPECT_EQ(*files.read_range("d/f", 1, 2), "12");
  EXPECT_EQ(files.read_range("d/f", 3, 2).error().code(), ErrorCode::kCorrupt);
  EXPECT_THAT(*files.list("d"), ElementsAre("e", "f"));
  EXPECT_TRUE(files.exists("d"));
  ASSERT_TRUE(files.remove_file("d/f").ok());
  EXPECT_EQ(files.read_file("d/f").error().code(), ErrorCode::kNotFound);
}

TEST(MemoryFileSystem, LocksAreExclusive) {
  MemoryFileSystem files;
  auto lock = files.lock("l");
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(files.lock("l").error().code(), ErrorCode::kLocked);
  lock->reset();
  EXPECT_TRUE(files.lock("l").ok());
}

TEST(FaultyFileSystem, FailsAtTheChosenOperation) {
  MemoryFileSystem files;
  files.files()["f"] = "old";
  testing::FaultyFileSystem faulty(files);
  faulty.arm(1, testing::Fault::kFail);
  EXPECT_TRUE(faulty.read_file("f").ok());
  EXPECT_EQ(faulty.write_file_atomically("f", "new").error().code(), ErrorCode::kIo);
  EXPECT_EQ(*faulty.read_file("f"), "old");
  EXPECT_EQ(faulty.operations(), 3);
  faulty.crash();
  EXPECT_FALSE(faulty.read_file("f").ok());
  EXPECT_EQ(*files.read_file("f"), "old");
}

}  // namespace
}  // namespace cortado::base
