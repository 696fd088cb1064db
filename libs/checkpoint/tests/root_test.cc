// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What a person decided is in a snapshot of its own, and damage never brings back what was before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/snapshot_files.h"
#include "cortado/checkpoint/selection.h"
#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::Offset;
using base::testing::MemoryFileSystem;
using Devices = std::map<std::string, std::string>;
using testing::Collector;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::kFolder;
using testing::make_store;

class RootTest : public ::testing::Test {
 protected:
  /// Go on from a snapshot as a new owner. Returns its store; `found` is what it loads.
  base::Result<std::unique_ptr<SnapshotStore>> open(const SnapshotName& wanted) {
    auto store = make_store(disk_, ++owners_);
    Collector collector;
    CORTADO_ASSIGN(const auto loaded, store->load({.wanted = wanted}, collector, run_in_order));
    found_ = loaded ? loaded->name : SnapshotName{};
    devices_ = collector.devices;
    return store;
  }

  static SnapshotName write(SnapshotStore& store, std::int64_t next, const Devices& changed,
                            Lineage lineage = Lineage::kFollows) {
    const auto writer = store.begin({Offset(next), Offset(next), {}}, lineage);
    for (const auto& [device, bytes] : changed) {
      CompressedBlob blob;
      EXPECT_TRUE(compress(bytes, blob).ok());
      EXPECT_TRUE(writer->add(device, Offset(next), blob).ok());
    }
    return writer->commit().value();
  }

  /// The same, and a commit names it.
  static SnapshotName write_named(SnapshotStore& store, std::int64_t next, const Devices& changed) {
    const SnapshotName name = write(store, next, changed);
    store.superseded(name.name);
    return name;
  }

  std::string& bytes_of(const std::string& name) {
    return disk_.files().at(std::string(kFolder) + "/" + name);
  }
  static void flip(std::string& bytes, std::size_t at) {
    bytes[at] = static_cast<char>(~bytes[at]);
  }
  void rot(const SnapshotName& name) {
    std::string& bytes = bytes_of(name.name);
    flip(bytes, bytes.size() / 2);
  }
  bool exists(const SnapshotName& name) {
    return disk_.exists(std::string(kFolder) + "/" + name.name);
  }

  MemoryFileSystem disk_;
  std::uint64_t owners_ = 0;
  SnapshotName found_;
  Devices devices_;
};

TEST_F(RootTest, AnOlderSnapshotNeverStandsInWhicheverByteIsDamaged) {
  auto worker = open({}).value();
  write_named(*worker, 10, {{"a", "old"}, {"b", "old"}});
  const SnapshotName before = write_named(*worker, 20, {{"a", "older"}});
  auto command = open(before).value();
  const SnapshotName root = write(*command, 20, {{"a", ""}}, Lineage::kRoot);
  EXPECT_THAT(root.name, EndsWith(".root.manifest"));
  for (auto& [path, bytes] : disk_.files()) {
    const std::string file = path.substr(path.rfind('/') + 1);
    if (number_of(file) != number_of(root.name)) continue;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      flip(bytes, i);
      const auto opened = open(root);
      flip(bytes, i);
      // Some bytes of a pack are nobody's.
      if (opened.ok()) {
        EXPECT_EQ(found_, root) << file << " " << i;
        continue;
      }
      EXPECT_EQ(opened.error().code(), base::ErrorCode::kCorrupt);
      EXPECT_THAT(opened.error().message(), HasSubstr("would undo")) << file << " " << i;
    }
  }
  ASSERT_TRUE(open(root).ok());
  EXPECT_EQ(devices_, (Devices{{"a", ""}, {"b", "old"}}));
}

TEST_F(RootTest, ItStandsInForThoseThatWereMadeFromIt) {
  auto command = open({}).value();
  write(*command, 20, {{"a", "old"}});
  const SnapshotName root = write(*command, 20, {{"a", ""}}, Lineage::kRoot);
  auto worker = open(root).value();
  const SnapshotName first = write_named(*worker, 30, {{"a", "new"}});
  const SnapshotName second = write_named(*worker, 40, {{"a", "newer"}});
  rot(second);
  ASSERT_TRUE(open(second).ok());
  EXPECT_EQ(found_, first);
  rot(first);
  ASSERT_TRUE(open(second).ok());
  EXPECT_EQ(found_, root);
  EXPECT_EQ(devices_, (Devices{{"a", ""}}));
  rot(root);
  const auto stopped = open(second);
  ASSERT_FALSE(stopped.ok());
  for (const SnapshotName& name : {root, first, second})
    EXPECT_THAT(stopped.error().message(), HasSubstr(name.name));
  EXPECT_THAT(stopped.error().message(), HasSubstr("cortado state rewind"));
  EXPECT_THAT(stopped.error().message(), HasSubstr(kBeginAnew));
}

TEST_F(RootTest, OlderOnesDoNotOutliveADamagedOne) {
  auto command = open({}).value();
  const SnapshotName before = write(*command, 20, {{"a", "old"}});
  const SnapshotName root = write(*command, 20, {{"a", ""}}, Lineage::kRoot);
  auto worker = open(root).value();
  const SnapshotName first = write_named(*worker, 30, {{"a", "new"}});
  EXPECT_TRUE(exists(before)) << "to go back to by a rewind";
  rot(root);
  auto next = open(first).value();
  const SnapshotName second = write_named(*next, 40, {{"a", "newer"}});
  EXPECT_FALSE(exists(root));
  EXPECT_FALSE(exists(before));
  rot(first);
  rot(second);
  EXPECT_FALSE(open(second).ok());
}

TEST_F(RootTest, WhatARewindGaveUpDoesNotStandIn) {
  auto worker = open({}).value();
  const SnapshotName kept = write_named(*worker, 10, {{"a", "old"}});
  const SnapshotName given_up = write_named(*worker, 20, {{"a", "newer"}});
  auto command = open(given_up).value();
  write(*command, 20, {{"a", ""}}, Lineage::kRoot);
  // A rewind lets the group go on from `kept`; a worker dies before it has cleaned up.
  auto next = open(kept).value();
  const SnapshotName newest = write(*next, 15, {{"a", "again"}});
  for (auto& [path, bytes] : disk_.files()) {
    if (path.ends_with(".pack") && path.find("/" + newest.name.substr(0, 16)) != std::string::npos)
      flip(bytes, bytes.size() - 1);
  }
  ASSERT_TRUE(open(newest).ok());
  EXPECT_EQ(found_, kept);
  EXPECT_EQ(devices_, (Devices{{"a", "old"}}));
}

TEST_F(RootTest, AnOperatorWhoSetsTheOffsetToBeforeItGetsWhatWasThere) {
  auto command = open({}).value();
  const SnapshotName before = write(*command, 20, {{"a", "old"}});
  const SnapshotName root = write(*command, 30, {{"a", ""}}, Lineage::kRoot);
  Collector collector;
  const auto worker = make_store(disk_, 9);
  const auto loaded = worker->load({.at_most = Offset(25)}, collector, run_in_order);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ((*loaded)->name, before);
  write_named(*worker, 26, {{"a", "newer"}});
  EXPECT_TRUE(exists(before));
  EXPECT_FALSE(exists(root));
}

TEST_F(RootTest, WhatStaysAsItIsIsTaughtNothingThatWasReadForOthers) {
  auto command = open({}).value();
  write(*command, 10, {{"a", "a"}, {"b", "b"}});
  write(*command, 50, {{"b", "b"}});
  // "c" is put in as it was at 20: reading goes on from there.
  const auto writer = command->begin(
      {.next_offset = Offset(50), .low_water = Offset(20), .skipped = {}, .floor = Offset(50)},
      Lineage::kRoot);
  CompressedBlob blob;
  ASSERT_TRUE(compress("c", blob).ok());
  ASSERT_TRUE(writer->add("c", Offset(20), blob).ok());
  const SnapshotName root = writer->commit().value();
  Collector collector;
  const auto loaded = make_store(disk_, 9)->load({.wanted = root}, collector, run_in_order);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ((*loaded)->facts.floor, Offset(50));
  EXPECT_EQ(collector.offsets,
            (std::map<std::string, std::int64_t>{{"a", 50}, {"b", 50}, {"c", 20}}));
}

}  // namespace
}  // namespace cortado::checkpoint
