// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/lane_archive.h"

#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using base::ErrorCode;
using base::testing::MemoryFileSystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kFolder;
using ::testing::SizeIs;
using testing::State;

class LaneArchiveTest : public ::testing::Test {
 protected:
  void SetUp() override {
    State state;
    auto store = testing::open_store(disk_, state);
    ASSERT_TRUE(store.ok()) << store.error().message();
    store_ = std::move(*store);
    write(10, {{"a", "a10"}, {"b", "b10"}});
    write(20, {{"a", "a20"}});
  }

  void write(std::int64_t next, const std::map<std::string, std::string>& changed) {
    ASSERT_TRUE(testing::write_snapshot(*store_, next, changed).ok());
  }

  std::vector<FoundSnapshot> all() const {
    auto found = archive_.snapshots();
    EXPECT_TRUE(found.ok());
    return found.ok() ? std::move(*found) : std::vector<FoundSnapshot>();
  }

  std::string& bytes_of(const std::string& name) {
    return disk_.files().at(std::string(kFolder) + "/" + name);
  }

  MemoryFileSystem disk_;
  std::unique_ptr<SnapshotStore> store_;
  LaneArchive archive_{disk_, kFolder};
};

TEST_F(LaneArchiveTest, FindsAllSnapshotsNewestFirst) {
  const auto found = all();
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].name, store_->current());
  ASSERT_TRUE(found[0].manifest && found[1].manifest);
  EXPECT_EQ(found[0].manifest->facts.next_offset.get(), 20);
  EXPECT_EQ(found[1].manifest->facts.next_offset.get(), 10);
  EXPECT_EQ(found[0].manifest->parent, found[1].name.name);
  EXPECT_GT(found[0].bytes, 0U);
}

TEST_F(LaneArchiveTest, ALaneWithoutAFolderHasNone) {
  const LaneArchive nothing(disk_, "state/in/7");
  const auto found = nothing.snapshots();
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(*found, IsEmpty());
  EXPECT_FALSE(disk_.exists("state/in/7"));
}

TEST_F(LaneArchiveTest, ReadsADeviceAsItIsStored) {
  const auto found = all();
  for (const BlobEntry& entry : found[0].manifest->entries) {
    const auto blob = archive_.read(*found[0].manifest, entry);
    ASSERT_TRUE(blob.ok()) << blob.error().message();
    const auto raw = decompress(blob->bytes, blob->raw_size, blob->crc32c);
    ASSERT_TRUE(raw.ok());
    EXPECT_EQ(*raw, entry.device == "a" ? "a20" : "b10");
  }
}

TEST_F(LaneArchiveTest, FindsASnapshotByTheNameThatACommitCarries) {
  const SnapshotName current = store_->current();
  const auto found = archive_.find(current);
  ASSERT_TRUE(found.ok()) << found.error().message();
  EXPECT_EQ(found->manifest->facts.next_offset.get(), 20);
  EXPECT_TRUE(archive_.find({current.name, ""}).ok());
  const auto other = archive_.find({current.name, "0000000000000000"});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), ErrorCode::kCorrupt);
  EXPECT_THAT(other.error().message(), HasSubstr("not those that the commit names"));
  EXPECT_EQ(archive_.find({"../../secret", ""}).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(archive_.find({std::string(16, '0') + "-" + std::string(16, '0') + ".manifest", ""})
                .error()
                .code(),
            ErrorCode::kNotFound);
}

TEST_F(LaneArchiveTest, VerifiesEveryByteThatASnapshotNeeds) {
  const auto found = all();
  const Manifest& newest = *found[0].manifest;
  EXPECT_THAT(*archive_.verify(newest), IsEmpty());
  const auto expect_damage = [&](const std::string& pack, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      char& byte = bytes_of(pack)[i];
      byte = static_cast<char>(byte ^ 1);
      EXPECT_THAT(*archive_.verify(newest), SizeIs(1)) << pack << " byte " << i;
      byte = static_cast<char>(byte ^ 1);
    }
  };
  for (const PackFile& pack : newest.packs) expect_damage(pack.name, 0, 8);
  for (const BlobEntry& entry : newest.entries) {
    expect_damage(newest.packs[entry.pack].name, entry.offset, entry.offset + entry.stored_size);
  }
}

TEST_F(LaneArchiveTest, NamesWhatIsDamagedAndWhatIsGone) {
  const auto found = all();
  const Manifest& newest = *found[0].manifest;
  const std::string pack = newest.packs[newest.entries[1].pack].name;
  const std::string bytes = bytes_of(pack);
  disk_.files().erase(std::string(kFolder) + "/" + pack);
  const auto damages = archive_.verify(newest);
  ASSERT_TRUE(damages.ok());
  ASSERT_FALSE(damages->empty());
  EXPECT_EQ(damages->front().where, pack);
  EXPECT_EQ(damages->back().where, "b");
  disk_.files()[std::string(kFolder) + "/" + pack] = bytes;
  bytes_of(found[1].name.name)[6] ^= 1;
  EXPECT_FALSE(all()[1].manifest);
  EXPECT_THAT(all()[1].problem, HasSubstr("checksum"));
}

TEST_F(LaneArchiveTest, TellsWhatNoSoundSnapshotNames) {
  EXPECT_THAT(*archive_.unnamed(all()), IsEmpty());
  const std::string orphan = std::string(16, 'a') + "-" + std::string(16, 'b') + ".pack";
  disk_.files()[std::string(kFolder) + "/" + orphan] = "x";
  disk_.files()[std::string(kFolder) + "/" + orphan + ".tmp"] = "x";
  disk_.files()[std::string(kFolder) + "/README"] = "somebody else's";
  EXPECT_THAT(*archive_.unnamed(all()), ElementsAre(orphan, orphan + ".tmp"));
}

}  // namespace
}  // namespace cortado::checkpoint
