// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The state topic as files, over a partition in memory; and the snapshot store on top of it.
#include "../src/topic_files.h"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/state_chunk.h"
#include "cortado/checkpoint/directory_store.h"
#include "memory_chunk_log.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using base::Offset;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::MemoryChunkLog;
using ::testing::SizeIs;

std::string bytes_of(std::size_t size, unsigned seed = 1) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  return bytes;
}

class TopicFilesTest : public ::testing::Test {
 protected:
  TopicFiles open() { return TopicFiles(log_, "state[0]"); }

  std::shared_ptr<MemoryChunkLog> log_ = std::make_shared<MemoryChunkLog>();
};

TEST_F(TopicFilesTest, AnotherOneReadsWhatOneWrote) {
  const std::string large = bytes_of(3 * kChunkSize + 17);
  TopicFiles writer = open();
  ASSERT_TRUE(writer.write_file_atomically("in/0/large", large).ok());
  ASSERT_TRUE(writer.write_file_atomically("in/0/empty", "").ok());
  EXPECT_THAT(log_->records, SizeIs(5));
  TopicFiles files = open();
  EXPECT_THAT(*files.list("in/0"), ElementsAre("empty", "large"));
  EXPECT_EQ(*files.read_file("in/0/large"), large);
  EXPECT_EQ(*files.read_file("in/0/empty"), "");
  for (const auto& [offset, size] :
       std::vector<std::pair<std::size_t, std::size_t>>{{0, 8},
                                                        {kChunkSize - 3, 6},
                                                        {kChunkSize, kChunkSize},
                                                        {large.size() - 1, 1},
                                                        {5, 2 * kChunkSize + 1},
                                                        {large.size(), 0}}) {
    EXPECT_EQ(*files.read_range("large", static_cast<std::int64_t>(offset),
                                static_cast<std::int64_t>(size)),
              large.substr(offset, size));
  }
}

TEST_F(TopicFilesTest, TheWriterReadsItsOwnFilesAndThoseOfOthers) {
  TopicFiles one = open();
  TopicFiles other = open();
  ASSERT_TRUE(one.write_file_atomically("a", "of one").ok());
  EXPECT_EQ(*one.read_file("a"), "of one");
  EXPECT_EQ(*other.read_file("a"), "of one");
  ASSERT_TRUE(other.write_file_atomically("b", "of the other").ok());
  EXPECT_EQ(*one.read_file("b"), "of the other");
  EXPECT_TRUE(one.exists("b"));
  EXPECT_FALSE(one.exists("c"));
  EXPECT_EQ(one.read_range("c", 0, 1).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(one.read_range("b", 0, 100).error().code(), ErrorCode::kCorrupt);
}

TEST_F(TopicFilesTest, WhatIsNotWholeReadsAsDamaged) {
  TopicFiles writer = open();
  log_->fails_after = 2;
  EXPECT_FALSE(writer.write_file_atomically("cut", bytes_of(3 * kChunkSize)).ok());
  log_->fails_after = -1;
  ASSERT_TRUE(writer.write_file_atomically("flipped", "some bytes").ok());
  (*log_->records.back().value)[30] ^= 1;
  TopicFiles files = open();
  EXPECT_THAT(*files.list(""), ElementsAre("cut", "flipped"));
  for (const char* name : {"cut", "flipped"}) {
    EXPECT_EQ(files.read_range(name, 0, 1).error().code(), ErrorCode::kCorrupt) << name;
    EXPECT_EQ(*files.read_file(name), "") << "a manifest of no bytes is refused by its reader";
  }
}

TEST_F(TopicFilesTest, RecordsOfOthersAreNotFiles) {
  log_->records.push_back({log_->end++, "", "x"});
  log_->records.push_back({log_->end++, "something", "x"});
  TopicFiles files = open();
  EXPECT_THAT(*files.list(""), IsEmpty());
}

TEST_F(TopicFilesTest, RemovingGathersTheKeysThatTheLogDeletes) {
  TopicFiles files = open();
  ASSERT_TRUE(files.write_file_atomically("old", bytes_of(kChunkSize + 1)).ok());
  ASSERT_TRUE(files.write_file_atomically("kept", "x").ok());
  const auto before = log_->records.size();
  ASSERT_TRUE(files.remove_file("old").ok());
  EXPECT_EQ(log_->records.size(), before) << "nothing is deleted by itself";
  EXPECT_EQ(files.remove_file("old").error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(*files.list(""), ElementsAre("kept"));
  const auto keys = files.take_removed();
  EXPECT_THAT(keys, ElementsAre("old/0", "old/1"));
  EXPECT_THAT(files.take_removed(), IsEmpty());
  ASSERT_TRUE(files.discard(keys).ok());
  TopicFiles other = open();
  EXPECT_THAT(*other.list(""), ElementsAre("kept"));
  log_->compact();
  EXPECT_THAT(log_->records, SizeIs(1));
  TopicFiles later = open();
  EXPECT_EQ(*later.read_file("kept"), "x");
}

TEST_F(TopicFilesTest, DamagedAndCutFilesCanBeRemovedToo) {
  TopicFiles writer = open();
  log_->fails_after = 2;
  EXPECT_FALSE(writer.write_file_atomically("cut", bytes_of(3 * kChunkSize)).ok());
  log_->fails_after = -1;
  ASSERT_TRUE(writer.write_file_atomically("flipped", "some bytes").ok());
  (*log_->records.back().value)[2] ^= 1;
  TopicFiles files = open();
  ASSERT_THAT(*files.list(""), SizeIs(2));
  ASSERT_TRUE(files.remove_file("cut").ok());
  ASSERT_TRUE(files.remove_file("flipped").ok());
  ASSERT_TRUE(files.discard(files.take_removed()).ok());
  log_->compact();
  EXPECT_THAT(log_->records, IsEmpty());
}

TEST_F(TopicFilesTest, ReadsOnInFewFetches) {
  const std::string large = bytes_of(20 * kChunkSize);
  TopicFiles writer = open();
  ASSERT_TRUE(writer.write_file_atomically("large", large).ok());
  TopicFiles files = open();
  ASSERT_TRUE(files.list("").ok());
  log_->reads = log_->records_read = 0;
  std::string read;
  constexpr std::int64_t kBlob = 100'000;
  for (std::size_t at = 0; at < large.size(); at += kBlob) {
    const auto size = std::min<std::size_t>(kBlob, large.size() - at);
    read +=
        *files.read_range("large", static_cast<std::int64_t>(at), static_cast<std::int64_t>(size));
  }
  EXPECT_EQ(read, large);
  EXPECT_EQ(log_->records_read, 20) << "each piece once";
  EXPECT_LE(log_->reads, 2);
}

/// Keeps what a store loads.
class Collector final : public checkpoint::BlobReceiver {
 public:
  void restart() override { devices.clear(); }
  base::Status blob(std::string_view device, Offset, std::string_view bytes) override {
    devices[std::string(device)] = bytes;
    return {};
  }
  void name(std::string_view device, Offset, bool) override { devices[std::string(device)] = ""; }
  std::map<std::string, std::string> devices;
};

class StoreOverTopic : public TopicFilesTest {
 protected:
  struct Owner {
    explicit Owner(std::shared_ptr<ChunkLog> log) : files(std::move(log), "state[0]") {}
    TopicFiles files;
    std::unique_ptr<checkpoint::SnapshotStore> store;
    Collector loaded;
    std::optional<Offset> next;
  };

  /// Open the lane as a new owner, from the snapshot that a commit names.
  std::unique_ptr<Owner> own(std::uint64_t writer, const checkpoint::SnapshotName& wanted = {}) {
    auto owner = std::make_unique<Owner>(log_);
    checkpoint::LaneIdentity identity;
    identity.lane = {"in", base::Partition(0)};
    identity.partition_count = 1;
    owner->store =
        checkpoint::DirectoryStores(owner->files, "state").open(identity, writer).value();
    const auto loaded =
        owner->store->load({.wanted = wanted}, owner->loaded, checkpoint::run_in_order);
    EXPECT_TRUE(loaded.ok()) << loaded.error().message();
    if (loaded.ok() && *loaded) owner->next = (*loaded)->facts.next_offset;
    return owner;
  }

  static checkpoint::SnapshotName write(Owner& owner, std::int64_t next,
                                        const std::map<std::string, std::string>& changed) {
    const auto writer =
        owner.store->begin({.next_offset = Offset(next), .low_water = Offset(next), .skipped = {}});
    for (const auto& [device, bytes] : changed) {
      checkpoint::CompressedBlob blob;
      EXPECT_TRUE(checkpoint::compress(bytes, blob).ok());
      EXPECT_TRUE(writer->add(device, Offset(next), blob).ok());
    }
    return writer->commit().value();
  }
};

TEST_F(StoreOverTopic, ASuccessorLoadsWhatTheCommitNames) {
  const auto first = own(1);
  EXPECT_FALSE(first->next);
  const std::string large = bytes_of(2 * kChunkSize + 99);
  write(*first, 10, {{"a", "a10"}, {"b", large}});
  const auto named = write(*first, 20, {{"a", "a20"}});
  write(*first, 30, {{"a", "a30"}});  // no commit names it
  const auto second = own(2, named);
  EXPECT_EQ(second->next, Offset(20));
  EXPECT_EQ(second->loaded.devices,
            (std::map<std::string, std::string>{{"a", "a20"}, {"b", large}}));
}

TEST_F(StoreOverTopic, SupersededSnapshotsAreDeletedByTheLog) {
  const auto owner = own(1);
  checkpoint::SnapshotName named;
  std::vector<std::string> keys;
  for (int i = 1; i <= 6; ++i) {
    named = write(*owner, 10 * i, {{"a", bytes_of(100, static_cast<unsigned>(i))}});
    static_cast<void>(owner->store->superseded(named.name));
    const auto removed = owner->files.take_removed();
    ASSERT_TRUE(owner->files.discard(removed).ok());
  }
  log_->compact();
  EXPECT_THAT(log_->records, SizeIs(6)) << "three manifests with a pack each";
  const auto successor = own(2, named);
  EXPECT_EQ(successor->next, Offset(60));
}

TEST_F(StoreOverTopic, ADamagedPieceIsRefusedAndTheSnapshotBeforeIsUsed) {
  const auto owner = own(1);
  write(*owner, 10, {{"a", "a10"}});
  const auto before = log_->records.size();
  const auto named = write(*owner, 20, {{"a", "a20"}});
  for (std::size_t i = before; i < log_->records.size(); ++i) {
    auto& value = *log_->records[i].value;
    value[value.size() / 2] ^= 1;
    const auto successor = own(2, named);
    EXPECT_EQ(successor->next, Offset(10)) << log_->records[i].key;
    EXPECT_EQ(successor->loaded.devices.at("a"), "a10");
    value[value.size() / 2] ^= 1;
  }
  EXPECT_EQ(own(3, named)->next, Offset(20));
}

TEST_F(StoreOverTopic, AWriteThatFailsAfterAnyRecordLeavesTheOldSnapshot) {
  constexpr int kRecords = 4;  // three pieces of a pack, one of the manifest
  for (int records = 0; records <= kRecords; ++records) {
    log_->records.clear();
    const auto owner = own(1);
    const auto named = write(*owner, 10, {{"a", "a10"}});
    log_->fails_after = records;
    const auto writer =
        owner->store->begin({.next_offset = Offset(20), .low_water = Offset(20), .skipped = {}});
    checkpoint::CompressedBlob blob;
    ASSERT_TRUE(checkpoint::compress(bytes_of(2 * kChunkSize + 50'000), blob).ok());
    ASSERT_TRUE(writer->add("a", Offset(20), blob).ok());
    const bool done = writer->commit().ok();
    EXPECT_EQ(done, records == kRecords);
    log_->fails_after = -1;
    EXPECT_EQ(owner->store->current() == named, !done);
    // A successor finds the one that a commit names, and the newest whole one if none is named.
    EXPECT_EQ(own(2, named)->next, Offset(10));
    EXPECT_EQ(own(3)->next, Offset(done ? 20 : 10));
  }
}

}  // namespace
}  // namespace cortado::kafka
