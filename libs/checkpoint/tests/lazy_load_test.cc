// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Snapshots whose devices are read one by one, long after the snapshot was opened.
#include <cstdlib>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/random.h"
#include "cortado/checkpoint/directory_store.h"
#include "faulty_file_system.h"
#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::testing::Fault;
using base::testing::FaultyFileSystem;
using base::testing::MemoryFileSystem;
using testing::Collector;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::identity;
using testing::make_store;
using testing::open_store;
using testing::State;
using testing::write_snapshot;

base::Result<std::string> read_one(SnapshotStore& store, std::string_view device) {
  Collector collector;
  CORTADO_TRY(store.read(std::span(&device, 1), collector, run_in_order));
  return collector.devices.at(std::string(device));
}

/// Open a store by names alone; `next` becomes the offset it begins at.
std::unique_ptr<SnapshotStore> open_names(base::FileSystem& files, Collector& names,
                                          std::int64_t& next) {
  auto store = make_store(files);
  const auto loaded = store->load({.scope = LoadScope::kNames}, names, run_in_order);
  next = loaded.ok() && *loaded ? (*loaded)->facts.next_offset.get() : -1;
  return store;
}

std::string newest(MemoryFileSystem& files, std::string_view ending) {
  std::string result;
  for (const auto& [path, bytes] : files.files()) {
    if (path.ends_with(ending)) result = path;
  }
  return result;
}

TEST(LazyLoadTest, NamesComeAtOnceAndStatesWhenAskedFor) {
  MemoryFileSystem disk;
  State state;
  {
    const auto store = open_store(disk, state);
    ASSERT_TRUE(write_snapshot(**store, 10, {{"b", "two"}, {"a", "one"}}).ok());
    ASSERT_TRUE(write_snapshot(**store, 20, {{"c", "three"}, {"b", "new"}}).ok());
  }
  Collector names;
  std::int64_t next = 0;
  const auto store = open_names(disk, names, next);
  EXPECT_EQ(next, 20);
  EXPECT_THAT(names.names, ElementsAre("a", "b", "c"));
  EXPECT_TRUE(names.devices.empty());
  EXPECT_EQ(*read_one(*store, "a"), "one");
  EXPECT_EQ(*read_one(*store, "b"), "new");
  EXPECT_EQ(*read_one(*store, "c"), "three");
}

TEST(LazyLoadTest, TheNumberOfDevicesCostsNoRead) {
  std::set<std::int64_t> costs;
  for (const int devices : {1, 500}) {
    MemoryFileSystem disk;
    State state;
    std::map<std::string, std::string> all;
    for (int i = 0; i < devices; ++i) all["d" + std::to_string(i)] = "state";
    ASSERT_TRUE(write_snapshot(**open_store(disk, state), 10, all).ok());
    FaultyFileSystem counted(disk);
    Collector names;
    std::int64_t next = 0;
    open_names(counted, names, next);
    EXPECT_EQ(names.names.size(), all.size());
    costs.insert(counted.operations());
  }
  EXPECT_EQ(costs.size(), 1U);
}

TEST(LazyLoadTest, ManyDevicesAreReadInTheirOwnStates) {
  MemoryFileSystem disk;
  State state;
  const auto store = open_store(disk, state);
  std::map<std::string, std::string> all;
  for (int i = 0; i < 300; ++i) all["d" + std::to_string(i)] = "state " + std::to_string(i);
  ASSERT_TRUE(write_snapshot(**store, 10, all).ok());
  std::vector<std::string_view> names;
  for (const auto& [device, bytes] : all) names.push_back(device);
  Collector collector;
  ASSERT_TRUE((*store)->read(names, collector, run_in_order).ok());
  EXPECT_EQ(collector.devices, all);
}

TEST(LazyLoadTest, ADeviceOfNoSnapshotIsAMistakeOfTheCaller) {
  MemoryFileSystem disk;
  State state;
  const auto store = open_store(disk, state);
  ASSERT_TRUE(write_snapshot(**store, 10, {{"a", "one"}, {"c", "two"}}).ok());
  for (const char* device : {"", "b", "d"}) {
    const auto read = read_one(**store, device);
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code(), base::ErrorCode::kInternal);
    EXPECT_FALSE(is_unusable(read.error()));
  }
}

TEST(LazyLoadTest, RetentionKeepsWhatAnEvictedDeviceNeedsAndCopiesNothing) {
  MemoryFileSystem disk;
  base::Random random(1);
  std::map<std::string, std::string> all;
  State state;
  const auto store = open_store(disk, state);
  const auto change = [&](int from, int to) {
    std::map<std::string, std::string> changed;
    for (int i = from; i < to; ++i) {
      std::string bytes(2000, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random.next());
      changed["d" + std::to_string(i)] = all["d" + std::to_string(i)] = bytes;
    }
    return changed;
  };
  // Devices 0 to 39 come once, in packs of their own; 40 and 41 are busy for 50 snapshots.
  for (int i = 0; i < 40; i += 4) ASSERT_TRUE(write_snapshot(**store, i, change(i, i + 4)).ok());
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(write_snapshot(**store, 100 + round, change(40, 42)).ok());
    EXPECT_LT(disk.files()[newest(disk, ".pack")].size(), 4200U) << round;
    for (const auto& [device, bytes] : all) ASSERT_EQ(*read_one(**store, device), bytes);
  }
}

TEST(LazyLoadTest, AStateSurvivesTheCopyOutOfASparsePack) {
  MemoryFileSystem disk;
  State state;
  const auto store = open_store(disk, state);
  std::map<std::string, std::string> all;
  for (int i = 0; i < 10; ++i) all["d" + std::to_string(i)] = "first " + std::to_string(i);
  ASSERT_TRUE(write_snapshot(**store, 1, all).ok());
  const std::string first = newest(disk, ".pack");
  auto changed = all;
  changed.erase("d0");
  for (int i = 2; i <= 6; ++i) {
    for (auto& [device, bytes] : changed) bytes += "x";
    ASSERT_TRUE(write_snapshot(**store, i, changed).ok());
    EXPECT_EQ(*read_one(**store, "d0"), "first 0");
  }
  EXPECT_FALSE(disk.exists(first));
}

TEST(LazyLoadTest, APackGoneShortOrForeignIsFoundAtTheStart) {
  for (const int damage : {0, 1, 2}) {
    MemoryFileSystem disk;
    State state;
    {
      const auto store = open_store(disk, state);
      ASSERT_TRUE(write_snapshot(**store, 1, {{"a", "1"}}).ok());
      ASSERT_TRUE(write_snapshot(**store, 2, {{"a", "2"}}).ok());
    }
    const std::string pack = newest(disk, ".pack");
    if (damage == 0) disk.files().erase(pack);
    if (damage == 1) disk.files()[pack].pop_back();
    if (damage == 2) disk.files()[pack][0] ^= 1;
    Collector names;
    std::int64_t next = 0;
    const auto store = open_names(disk, names, next);
    EXPECT_EQ(next, 1);
    EXPECT_THAT(names.names, ElementsAre("a"));
    EXPECT_EQ(*read_one(*store, "a"), "1");
  }
}

TEST(LazyLoadTest, NoChangedByteYieldsAWrongState) {
  MemoryFileSystem original;
  State state;
  ASSERT_TRUE(write_snapshot(**open_store(original, state), 1, {{"a", "one"}, {"b", "two"}}).ok());
  const std::string pack = newest(original, ".pack");
  int refused = 0;
  for (std::size_t i = 0; i < original.files()[pack].size(); ++i) {
    MemoryFileSystem disk = original;
    Collector names;
    std::int64_t next = 0;
    const auto store = open_names(disk, names, next);
    disk.files()[pack][i] ^= 0x20;
    for (const auto& [device, bytes] :
         std::map<std::string, std::string>{{"a", "one"}, {"b", "two"}}) {
      const auto read = read_one(*store, device);
      if (read.ok()) {
        EXPECT_EQ(*read, bytes) << i;
        continue;
      }
      ++refused;
      EXPECT_TRUE(is_unusable(read.error())) << i;
      EXPECT_THAT(read.error().message(), HasSubstr(".pack"));
    }
  }
  EXPECT_GT(refused, 20);
}

TEST(LazyLoadTest, WorksOnTheRealFileSystem) {
  std::string dir = ::testing::TempDir() + "cortado-lazy-XXXXXX";
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  base::FileSystem& files = base::posix_file_system();
  Collector first;
  const auto writer = DirectoryStores(files, dir).open(identity(), 1).value();
  ASSERT_TRUE(writer->load({.scope = LoadScope::kNames}, first, run_in_order).ok());
  ASSERT_TRUE(write_snapshot(*writer, 1, {{"a", "one"}, {"b", "two"}}).ok());
  Collector names;
  const auto store = DirectoryStores(files, dir).open(identity(), 2).value();
  EXPECT_EQ(store->load({.scope = LoadScope::kNames}, names, run_in_order)
                ->value()
                .facts.next_offset.get(),
            1);
  EXPECT_THAT(names.names, ElementsAre("a", "b"));
  EXPECT_EQ(*read_one(*store, "b"), "two");
  std::filesystem::remove_all(dir);
  EXPECT_TRUE(is_unusable(read_one(*store, "b").error()));
}

TEST(LazyLoadTest, AnyReadMayFailAndTheNextOneSucceeds) {
  MemoryFileSystem disk;
  State state;
  ASSERT_TRUE(write_snapshot(**open_store(disk, state), 1, {{"a", "one"}, {"b", "two"}}).ok());
  for (std::int64_t n = 0; n < 2; ++n) {
    FaultyFileSystem files(disk);
    Collector names;
    std::int64_t next = 0;
    const auto store = open_names(files, names, next);
    files.arm(n, Fault::kFail);
    const std::string_view both[] = {"a", "b"};
    const base::Status failed = store->read(both, names, run_in_order);
    ASSERT_FALSE(failed.ok());
    EXPECT_FALSE(is_unusable(failed.error()));
    ASSERT_TRUE(store->read(both, names, run_in_order).ok());
    EXPECT_EQ(names.devices, (std::map<std::string, std::string>{{"a", "one"}, {"b", "two"}}));
  }
}

}  // namespace
}  // namespace cortado::checkpoint
