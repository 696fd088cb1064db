// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/random.h"
#include "cortado/checkpoint/directory_store.h"
#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::testing::MemoryFileSystem;
using testing::Collector;
using ::testing::HasSubstr;
using testing::identity;
using testing::kFolder;
using testing::make_store;
using testing::open_store;
using testing::State;
using testing::write_snapshot;

std::size_t count(const MemoryFileSystem& files, std::string_view ending) {
  std::size_t result = 0;
  for (const auto& [path, bytes] : const_cast<MemoryFileSystem&>(files).files()) {
    if (path.ends_with(ending)) ++result;
  }
  return result;
}

/// Bytes that do not compress, so that sizes mean something.
std::string noise(std::size_t size, std::uint64_t seed) {
  base::Random random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

TEST(SnapshotStoreTest, ANewFolderHoldsNothing) {
  MemoryFileSystem files;
  State state;
  const auto store = open_store(files, state);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(state, State{});
  EXPECT_TRUE((*store)->current().empty());
  EXPECT_TRUE(files.exists(kFolder));
}

TEST(SnapshotStoreTest, LoadsTheNewestSnapshot) {
  MemoryFileSystem files;
  State state;
  {
    const auto store = open_store(files, state);
    ASSERT_TRUE(write_snapshot(**store, 10, {{"a", "one"}, {"b", "two"}}).ok());
    ASSERT_TRUE(write_snapshot(**store, 20, {{"b", "three"}, {"c", ""}}).ok());
  }
  const auto store = open_store(files, state);
  ASSERT_TRUE(store.ok());
  EXPECT_EQ(state, (State{20, {{"a", "one"}, {"b", "three"}, {"c", ""}}}));
  EXPECT_THAT((*store)->current().name, HasSubstr(".manifest"));
}

TEST(SnapshotStoreTest, AnEmptySnapshotCounts) {
  MemoryFileSystem files;
  State state;
  ASSERT_TRUE(write_snapshot(**open_store(files, state), 7, {}).ok());
  ASSERT_TRUE(open_store(files, state).ok());
  EXPECT_EQ(state, (State{7, {}}));
  EXPECT_EQ(count(files, ".pack"), 0U);
}

TEST(SnapshotStoreTest, UnchangedDevicesAreNotWrittenAgain) {
  MemoryFileSystem files;
  State state;
  const auto store = open_store(files, state);
  ASSERT_TRUE(write_snapshot(**store, 1, {{"large", noise(100'000, 1)}, {"s", "x"}}).ok());
  std::set<std::string> before;
  for (const auto& [path, bytes] : files.files()) before.insert(path);
  ASSERT_TRUE(write_snapshot(**store, 2, {{"s", "y"}}).ok());
  for (const auto& [path, bytes] : files.files()) {
    EXPECT_TRUE(before.contains(path) || bytes.size() < 1000U) << path;
  }
}

TEST(SnapshotStoreTest, KeepsThreeManifestsAndThePacksTheyNeed) {
  MemoryFileSystem files;
  State state;
  const auto store = open_store(files, state);
  ASSERT_TRUE(write_snapshot(**store, 1, {{"steady", noise(5000, 1)}}).ok());
  for (int i = 2; i <= 20; ++i) {
    ASSERT_TRUE(write_snapshot(**store, i, {{"busy", noise(100, 2)}}).ok());
    EXPECT_LE(count(files, ".manifest"), 3U);
    EXPECT_LE(count(files, ".pack"), 4U);
  }
  ASSERT_TRUE(open_store(files, state).ok());
  EXPECT_EQ(state.next, 20);
  EXPECT_EQ(state.devices["steady"], noise(5000, 1));
}

TEST(SnapshotStoreTest, APackThatIsMostlyWasteIsCopiedAndRemoved) {
  MemoryFileSystem files;
  State state;
  const auto store = open_store(files, state);
  std::map<std::string, std::string> all;
  for (int i = 0; i < 10; ++i) all["d" + std::to_string(i)] = noise(10'000, 1);
  ASSERT_TRUE(write_snapshot(**store, 1, all).ok());
  // Device 0 never changes again; what it leaves behind of the first pack must not stay.
  for (int i = 2; i <= 8; ++i) {
    for (auto& [device, bytes] : all) {
      if (device != "d0") bytes = noise(10'000, static_cast<std::uint64_t>(i));
    }
    auto changed = all;
    changed.erase("d0");
    ASSERT_TRUE(write_snapshot(**store, i, changed).ok());
  }
  std::size_t bytes = 0;
  for (const auto& [path, content] : files.files()) bytes += content.size();
  EXPECT_LT(bytes, 320'000U);
  ASSERT_TRUE(open_store(files, state).ok());
  EXPECT_EQ(state.devices, all);
}

TEST(SnapshotStoreTest, LeftoversGoAndStrangersStay) {
  MemoryFileSystem files;
  State state;
  const std::string folder = std::string(kFolder) + "/";
  files.files()[folder + "0000000000000009-00000000000000aa.pack"] = "orphan";
  files.files()[folder + "0000000000000009-00000000000000aa.pack.tmp"] = "half";
  files.files()[folder + "notes.txt"] = "mine";
  const auto store = open_store(files, state);
  ASSERT_TRUE(write_snapshot(**store, 1, {{"a", "b"}}).ok());
  EXPECT_EQ(count(files, ".tmp"), 0U);
  EXPECT_EQ(count(files, ".pack"), 1U);
  EXPECT_EQ(count(files, "notes.txt"), 1U);
}

TEST(SnapshotStoreTest, ABadSnapshotFallsBackToTheOneBeforeAndIsRemovedLater) {
  for (const std::string_view ending : {".manifest", ".pack"}) {
    MemoryFileSystem files;
    State state;
    {
      const auto store = open_store(files, state);
      ASSERT_TRUE(write_snapshot(**store, 1, {{"a", "1"}}).ok());
      ASSERT_TRUE(write_snapshot(**store, 2, {{"a", "2"}}).ok());
    }
    std::string newest;
    for (const auto& [path, bytes] : files.files()) {
      if (path.ends_with(ending)) newest = path;
    }
    files.files()[newest].back() ^= 1;
    {
      const auto store = open_store(files, state);
      ASSERT_TRUE(store.ok());
      EXPECT_EQ(state, (State{1, {{"a", "1"}}}));
      ASSERT_TRUE(write_snapshot(**store, 3, {{"b", "3"}}).ok());
    }
    EXPECT_FALSE(files.exists(newest));
    ASSERT_TRUE(open_store(files, state).ok());
    EXPECT_EQ(state, (State{3, {{"a", "1"}, {"b", "3"}}}));
  }
}

TEST(SnapshotStoreTest, AReceiverMayRefuseASnapshot) {
  class Picky final : public BlobReceiver {
   public:
    void restart() override { ++restarts; }
    base::Status blob(std::string_view, base::Offset, std::string_view bytes) override {
      if (bytes == "2") return base::Error(code, "not mine");
      return {};
    }
    void name(std::string_view, base::Offset, bool) override {}
    base::ErrorCode code = base::ErrorCode::kCorrupt;
    int restarts = 0;
  };
  MemoryFileSystem files;
  State state;
  {
    const auto store = open_store(files, state);
    ASSERT_TRUE(write_snapshot(**store, 1, {{"a", "1"}}).ok());
    ASSERT_TRUE(write_snapshot(**store, 2, {{"a", "2"}}).ok());
  }
  Picky picky;
  auto store = make_store(files);
  EXPECT_EQ(store->load({}, picky, run_in_order)->value().facts.next_offset.get(), 1);
  EXPECT_EQ(picky.restarts, 2);
  picky.code = base::ErrorCode::kUnsupported;
  store = make_store(files);
  EXPECT_EQ(store->load({}, picky, run_in_order).error().code(), base::ErrorCode::kUnsupported);
}

TEST(SnapshotStoreTest, AnyChangedOrMissingByteNeverYieldsAWrongBlob) {
  MemoryFileSystem original;
  State state;
  State first{1, {{"a", "first a"}, {"b", noise(60, 1)}}};
  State second{2, {{"a", "second a"}, {"b", noise(60, 1)}}};
  {
    const auto store = open_store(original, state);
    ASSERT_TRUE(write_snapshot(**store, 1, first.devices).ok());
    ASSERT_TRUE(write_snapshot(**store, 2, {{"a", "second a"}}).ok());
  }
  for (const auto& [path, bytes] : original.files()) {
    for (std::size_t i = 0; i <= bytes.size(); ++i) {
      MemoryFileSystem files = original;
      std::string& damaged = files.files()[path];
      // The last round cuts the file to half instead.
      if (i == bytes.size()) {
        damaged.resize(i / 2);
      } else {
        damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
      }
      const auto store = open_store(files, state);
      if (store.ok()) {
        EXPECT_TRUE(state == first || state == second) << path << " " << i;
      } else {
        EXPECT_EQ(store.error().code(), base::ErrorCode::kCorrupt) << path << " " << i;
      }
    }
  }
}

TEST(SnapshotStoreTest, AMissingPackIsABadSnapshot) {
  MemoryFileSystem files;
  State state;
  ASSERT_TRUE(write_snapshot(**open_store(files, state), 1, {{"a", "1"}}).ok());
  std::erase_if(files.files(), [](const auto& file) { return file.first.ends_with(".pack"); });
  const auto store = open_store(files, state);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code(), base::ErrorCode::kCorrupt);
  EXPECT_THAT(store.error().message(), HasSubstr("none of the snapshots in state/in/0"));
}

TEST(SnapshotStoreTest, WorksOnTheRealFileSystem) {
  std::string dir = ::testing::TempDir() + "cortado-store-XXXXXX";
  ASSERT_NE(::mkdtemp(dir.data()), nullptr);
  const std::string folder = dir + "/in/0";
  base::FileSystem& files = base::posix_file_system();
  for (int round = 1; round <= 5; ++round) {
    const auto store = DirectoryStores(files, dir).open(identity(), 1);
    ASSERT_TRUE(store.ok());
    Collector collector;
    const auto loaded = (*store)->load({}, collector, run_in_order);
    ASSERT_TRUE(loaded.ok());
    if (round > 1) {
      EXPECT_EQ(loaded->value().facts.next_offset.get(), round - 1);
      EXPECT_EQ(collector.devices["d"], std::to_string(round - 1));
    }
    ASSERT_TRUE(write_snapshot(**store, round, {{"d", std::to_string(round)}}).ok());
  }
  const auto names = files.list(folder);
  EXPECT_EQ(names->size(), 6U);
  std::filesystem::remove_all(dir);
}

TEST(SnapshotStoreTest, APartitionThatWasAddedDoesNotBeginWhereOthersHaveState) {
  MemoryFileSystem files;
  State state;
  ASSERT_TRUE(write_snapshot(**open_store(files, state), 10, {{"a", "one"}}).ok());
  LaneIdentity added = identity();
  added.lane.partition = base::Partition(1);
  added.partition_count = 2;
  const auto refused = DirectoryStores(files, "state").open(added, 2);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), base::ErrorCode::kInvalidConfig);
  EXPECT_THAT(refused.error().message(), HasSubstr("partition count was \"1\", not \"2\""));
  EXPECT_THAT(refused.error().message(), HasSubstr("state import --by-key"));
}

TEST(SnapshotStoreTest, APartitionWithoutStateBeginsBesideOthersOfTheSameTopic) {
  MemoryFileSystem files;
  LaneIdentity first = identity();
  first.partition_count = 2;
  const auto store = DirectoryStores(files, "state").open(first, 1);
  ASSERT_TRUE(store.ok());
  ASSERT_TRUE(write_snapshot(**store, 10, {{"a", "one"}}).ok());
  LaneIdentity second = first;
  second.lane.partition = base::Partition(1);
  EXPECT_TRUE(DirectoryStores(files, "state").open(second, 2).ok());
  // What is no partition's folder is not looked at.
  ASSERT_TRUE(files.create_directories("state/in/notes").ok());
  EXPECT_TRUE(DirectoryStores(files, "state").open(second, 3).ok());
}

}  // namespace
}  // namespace cortado::checkpoint
