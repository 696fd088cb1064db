// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Stores of several owners in one folder: what a pointer names is found, and what another owner
// needs is never removed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::Offset;
using base::testing::MemoryFileSystem;
using testing::Collector;
using ::testing::HasSubstr;
using testing::kFolder;
using testing::make_store;
using testing::write_snapshot;

/// Write a snapshot that no commit names.
SnapshotName write_only(SnapshotStore& store, std::int64_t next,
                        const std::map<std::string, std::string>& changed) {
  const auto writer =
      store.begin({.next_offset = Offset(next), .low_water = Offset(next - 1), .skipped = {}});
  for (const auto& [device, bytes] : changed) {
    CompressedBlob blob;
    EXPECT_TRUE(compress(bytes, blob).ok());
    EXPECT_TRUE(writer->add(device, Offset(next), blob).ok());
  }
  return writer->commit().value();
}

base::Result<std::optional<Loaded>> load(SnapshotStore& store, const LoadRequest& request,
                                         Collector& collector) {
  return store.load(request, collector, run_in_order);
}

TEST(PointerTest, TheNamedSnapshotIsLoadedAlsoIfThereAreNewerOnes) {
  MemoryFileSystem disk;
  Collector none;
  const auto zombie = make_store(disk, 1);
  ASSERT_TRUE(load(*zombie, {}, none).ok());
  const SnapshotName named = write_only(*zombie, 10, {{"a", "10"}, {"b", "10"}});
  write_only(*zombie, 20, {{"a", "20"}});
  Collector collector;
  const auto store = make_store(disk, 2);
  const auto loaded = load(*store, {.wanted = named}, collector);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ((*loaded)->facts.next_offset.get(), 10);
  EXPECT_EQ((*loaded)->facts.low_water.get(), 9);
  EXPECT_EQ((*loaded)->name, named);
  EXPECT_EQ(collector.devices["a"], "10");
  EXPECT_EQ(collector.offsets["b"], 10);
  EXPECT_EQ(store->current(), named);
}

TEST(PointerTest, ADeviceThatDidNotChangeKeepsItsOffset) {
  MemoryFileSystem disk;
  Collector none;
  const auto store = make_store(disk);
  ASSERT_TRUE(load(*store, {}, none).ok());
  write_only(*store, 10, {{"a", "10"}, {"b", "10"}});
  const SnapshotName named = write_only(*store, 20, {{"a", "20"}});
  for (const LoadScope scope : {LoadScope::kBlobs, LoadScope::kNames}) {
    Collector collector;
    ASSERT_TRUE(load(*make_store(disk), {.wanted = named, .scope = scope}, collector).ok());
    EXPECT_EQ(collector.offsets, (std::map<std::string, std::int64_t>{{"a", 20}, {"b", 10}}));
  }
}

TEST(PointerTest, AManifestThatIsNotThereIsNotFound) {
  MemoryFileSystem disk;
  Collector none;
  const auto store = make_store(disk);
  ASSERT_TRUE(load(*store, {}, none).ok());
  const SnapshotName named = write_only(*store, 10, {{"a", "10"}});
  disk.files().erase(std::string(kFolder) + "/" + named.name);
  const auto loaded = load(*make_store(disk), {.wanted = named}, none);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().code(), base::ErrorCode::kNotFound);
  EXPECT_THAT(loaded.error().message(), HasSubstr(named.name));
}

TEST(PointerTest, OtherBytesThanThePointerNamesAreRefused) {
  MemoryFileSystem disk;
  Collector none;
  const auto store = make_store(disk);
  ASSERT_TRUE(load(*store, {}, none).ok());
  write_only(*store, 10, {{"a", "10"}});
  SnapshotName named = write_only(*store, 20, {{"a", "20"}});
  named.hash = "0123456789abcdef";
  Collector collector;
  const auto loaded = load(*make_store(disk), {.wanted = named}, collector);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ((*loaded)->facts.next_offset.get(), 10);
  EXPECT_EQ(collector.devices["a"], "10");
}

TEST(PointerTest, TheNewestAtOrBelowAnOffsetCanBeAskedFor) {
  MemoryFileSystem disk;
  Collector none;
  const auto store = make_store(disk);
  ASSERT_TRUE(load(*store, {}, none).ok());
  for (const int next : {10, 20, 30}) write_only(*store, next, {{"a", std::to_string(next)}});
  for (const auto& [bound, found] : std::map<int, int>{{10, 10}, {19, 10}, {20, 20}, {99, 30}}) {
    Collector collector;
    const auto loaded = load(*make_store(disk), {.at_most = Offset(bound)}, collector);
    ASSERT_TRUE(loaded.ok());
    EXPECT_EQ((*loaded)->facts.next_offset.get(), found);
    EXPECT_EQ(collector.devices["a"], std::to_string(found));
  }
}

TEST(PointerTest, AWriterRemovesNothing) {
  MemoryFileSystem disk;
  Collector none;
  const auto store = make_store(disk);
  ASSERT_TRUE(load(*store, {}, none).ok());
  for (int next = 1; next <= 9; ++next) write_only(*store, next, {{"a", std::to_string(next)}});
  EXPECT_EQ(disk.files().size(), 18U);
}

TEST(PointerTest, TwoOwnersNeverUseOneNameThoughTheirBytesAreEqual) {
  MemoryFileSystem disk;
  Collector none;
  const auto zombie = make_store(disk, 1);
  const auto owner = make_store(disk, 2);
  ASSERT_TRUE(load(*zombie, {}, none).ok());
  ASSERT_TRUE(load(*owner, {}, none).ok());
  const SnapshotName first = write_only(*zombie, 10, {{"a", "10"}});
  const SnapshotName second = write_only(*owner, 10, {{"a", "10"}});
  EXPECT_NE(first.name, second.name);
  EXPECT_EQ(disk.files().size(), 4U);
}

TEST(PointerTest, AZombieResumedInItsCleanUpRemovesNothingOfItsSuccessor) {
  MemoryFileSystem disk;
  Collector none;
  const auto zombie = make_store(disk, 1);
  ASSERT_TRUE(load(*zombie, {}, none).ok());
  for (int next = 1; next <= 4; ++next) {
    ASSERT_TRUE(write_snapshot(*zombie, next, {{"a", std::to_string(next)}, {"b", "b"}}).ok());
  }
  const SnapshotName last = write_only(*zombie, 5, {{"a", "5"}});
  // Its commit succeeded; before it hears of that, a successor takes the lane over and works on.
  Collector collector;
  const auto successor = make_store(disk, 2);
  ASSERT_TRUE(load(*successor, {.wanted = last}, collector).ok());
  SnapshotName newest;
  for (int next = 6; next <= 12; ++next) {
    newest = write_only(*successor, next, {{"a", std::to_string(next)}});
    successor->superseded(newest.name);
  }
  zombie->superseded(last.name);
  const auto loaded = load(*make_store(disk, 3), {.wanted = newest}, collector);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ((*loaded)->name, newest);
  EXPECT_EQ(collector.devices, (std::map<std::string, std::string>{{"a", "12"}, {"b", "b"}}));
}

TEST(PointerTest, TheFoldersOfTwoGroupsAreKeptApart) {
  MemoryFileSystem disk;
  ASSERT_TRUE(DirectoryStores(disk, "state", "one").open(testing::identity(), 1).ok());
  ASSERT_TRUE(DirectoryStores(disk, "state", "one").open(testing::identity(), 2).ok());
  const auto other = DirectoryStores(disk, "state", "two").open(testing::identity(), 3);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), base::ErrorCode::kAlreadyExists);
  EXPECT_THAT(other.error().message(), HasSubstr("state/in/0/group"));
  EXPECT_THAT(other.error().message(), HasSubstr("group one, not of two"));
}

TEST(PointerTest, WhatAnOwnerThatDiedLeftBehindGoesAfterTheFirstCommitOfTheNext) {
  MemoryFileSystem disk;
  Collector none;
  const auto dead = make_store(disk, 1);
  ASSERT_TRUE(load(*dead, {}, none).ok());
  const SnapshotName named = write_only(*dead, 10, {{"a", "10"}});
  const SnapshotName orphan = write_only(*dead, 20, {{"a", "20"}});
  const auto store = make_store(disk, 2);
  ASSERT_TRUE(load(*store, {.wanted = named}, none).ok());
  EXPECT_TRUE(disk.exists(std::string(kFolder) + "/" + orphan.name));
  store->superseded(named.name);
  EXPECT_FALSE(disk.exists(std::string(kFolder) + "/" + orphan.name));
  EXPECT_EQ(disk.files().size(), 2U);
}

}  // namespace
}  // namespace cortado::checkpoint
