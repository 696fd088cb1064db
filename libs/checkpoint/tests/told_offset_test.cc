// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A log that tells an older offset than snapshots hold is not believed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::ErrorCode;
using base::Offset;
using base::testing::MemoryFileSystem;
using testing::Collector;
using ::testing::HasSubstr;
using testing::kFolder;
using testing::make_store;

class ToldOffsetTest : public ::testing::Test {
 protected:
  static SnapshotName write(SnapshotStore& store, std::int64_t next,
                            Lineage lineage = Lineage::kFollows) {
    return store.begin({Offset(next), Offset(next), {}}, lineage)->commit().value();
  }

  /// What a new owner gets to whom the log names a snapshot and tells an offset.
  base::Result<std::optional<Loaded>> load(const SnapshotName& wanted, std::int64_t told) {
    Collector collector;
    return make_store(disk_, ++owners_)
        ->load({.wanted = wanted, .told = Offset(told)}, collector, run_in_order);
  }

  void expect_older(const SnapshotName& wanted, std::int64_t told) {
    const auto loaded = load(wanted, told);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.error().code(), ErrorCode::kUnavailable);
    EXPECT_THAT(loaded.error().message(), HasSubstr("tells offset " + std::to_string(told)));
  }

  std::string path(const SnapshotName& name) { return std::string(kFolder) + "/" + name.name; }

  MemoryFileSystem disk_;
  std::uint64_t owners_ = 0;
  std::unique_ptr<SnapshotStore> store_ = make_store(disk_, ++owners_);
};

TEST_F(ToldOffsetTest, ALaterSnapshotThatHoldsMoreDisprovesIt) {
  const SnapshotName old = write(*store_, 10);
  write(*store_, 20);
  const SnapshotName newest = write(*store_, 30);
  expect_older(old, 10);
  expect_older(old, 29);
  ASSERT_TRUE(load(old, 30).ok()) << "the commit that would have named the newest never came";
  ASSERT_TRUE(load(newest, 30).ok());
}

TEST_F(ToldOffsetTest, SoItDoesWhereTheOneThatIsNamedIsLongGone) {
  const SnapshotName old = write(*store_, 10);
  write(*store_, 20);
  disk_.files().erase(path(old));
  expect_older(old, 10);
  const auto loaded = load(old, 20);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), ErrorCode::kNotFound);
}

TEST_F(ToldOffsetTest, WhatAPersonDecidedOrNobodyCanReadDisprovesNothing) {
  const SnapshotName old = write(*store_, 10);
  write(*store_, 20, Lineage::kRoot);
  ASSERT_TRUE(load(old, 10).ok()) << "the command died before its commit";
  std::string& bytes = disk_.files().at(path(write(*store_, 30)));
  bytes[bytes.size() / 2] = static_cast<char>(~bytes[bytes.size() / 2]);
  ASSERT_TRUE(load(old, 10).ok());
}

}  // namespace
}  // namespace cortado::checkpoint
