// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Snapshots in a topic, against the embedded broker: what only a real Kafka shows (creation,
// compaction, transactions) stands in tests/integration and tests/recovery.
#include "cortado/kafka/topic_store.h"

#include <array>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/state_chunk.h"
#include "cortado/checkpoint/lane_archive.h"
#include "cortado/kafka/embedded_broker.h"
#include "cortado/kafka/topic_reader.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using base::Offset;
using base::Partition;
using base::TopicPartition;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kPartitions = 3;
constexpr const char* kTopic = "cortado.workers.in.state";

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

class TopicStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::array<EmbeddedTopic, 1> topics = {EmbeddedTopic{kTopic, kPartitions}};
    auto broker = EmbeddedBroker::create(topics);
    ASSERT_TRUE(broker.ok()) << broker.error().message();
    broker_ = std::move(*broker);
    config_.bootstrap_servers = broker_->bootstrap_servers();
    config_.group_id = "workers";
    config_.input_topic = "in";
    stores_ = open();
  }

  std::unique_ptr<TopicStores> open() {
    auto stores = TopicStores::create(config_, kPartitions);
    EXPECT_TRUE(stores.ok()) << stores.error().message();
    return stores.ok() ? std::move(*stores) : nullptr;
  }

  static checkpoint::LaneIdentity identity(int partition) {
    checkpoint::LaneIdentity identity;
    identity.lane = {"in", Partition(partition)};
    identity.partition_count = kPartitions;
    return identity;
  }

  static std::unique_ptr<checkpoint::SnapshotStore> own(
      TopicStores& stores, int partition, std::uint64_t writer, Collector& collector,
      const checkpoint::SnapshotName& wanted = {}) {
    auto store = stores.open(identity(partition), writer);
    EXPECT_TRUE(store.ok()) << store.error().message();
    const auto loaded = (*store)->load({.wanted = wanted}, collector, checkpoint::run_in_order);
    EXPECT_TRUE(loaded.ok()) << loaded.error().message();
    return std::move(*store);
  }

  static checkpoint::SnapshotName write(checkpoint::SnapshotStore& store, std::int64_t next,
                                        const std::map<std::string, std::string>& changed) {
    const auto writer =
        store.begin({.next_offset = Offset(next), .low_water = Offset(next), .skipped = {}});
    for (const auto& [device, bytes] : changed) {
      checkpoint::CompressedBlob blob;
      EXPECT_TRUE(checkpoint::compress(bytes, blob).ok());
      EXPECT_TRUE(writer->add(device, Offset(next), blob).ok());
    }
    auto name = writer->commit();
    EXPECT_TRUE(name.ok()) << name.error().message();
    return name.ok() ? *name : checkpoint::SnapshotName();
  }

  std::unique_ptr<EmbeddedBroker> broker_;
  KafkaConfig config_;
  std::unique_ptr<TopicStores> stores_;
};

/// Bytes that hardly compress.
std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  unsigned seed = 7;
  for (char& c : bytes) c = static_cast<char>((seed = seed * 1103515245 + 12345) >> 16);
  return bytes;
}

TEST_F(TopicStoreTest, NamesItsTopicByGroupAndInput) {
  EXPECT_EQ(state_topic(config_), kTopic);
  EXPECT_EQ(stores_->place({"in", Partition(2)}), std::string(kTopic) + "/in/2");
}

TEST_F(TopicStoreTest, ASuccessorInAnotherProcessLoadsTheLane) {
  Collector none;
  const auto store = own(*stores_, 1, 1, none);
  EXPECT_THAT(none.devices, IsEmpty());
  const std::string large = noise(2 * kChunkSize);
  write(*store, 10, {{"a", "a10"}, {"b", large}});
  const auto named = write(*store, 20, {{"a", "a20"}});
  const auto others = open();
  Collector collector;
  const auto successor = own(*others, 1, 2, collector, named);
  EXPECT_EQ(collector.devices, (std::map<std::string, std::string>{{"a", "a20"}, {"b", large}}));
  EXPECT_EQ(successor->current(), named);
}

TEST_F(TopicStoreTest, ALaneUsesItsOwnPartition) {
  Collector none;
  for (int partition = 0; partition < kPartitions; ++partition) {
    const auto store = own(*stores_, partition, 1, none);
    write(*store, 10, {{"device-" + std::to_string(partition), "x"}});
  }
  const auto reader = TopicReader::create(config_, Isolation::kReadCommitted);
  ASSERT_TRUE(reader.ok());
  const auto ranges = (*reader)->ranges(kTopic);
  ASSERT_TRUE(ranges.ok()) << ranges.error().message();
  ASSERT_THAT(*ranges, SizeIs(kPartitions));
  for (const OffsetRange& range : *ranges) EXPECT_EQ(range.end, Offset(2)) << "pack and manifest";
  const auto others = open();
  for (int partition = 0; partition < kPartitions; ++partition) {
    Collector collector;
    own(*others, partition, 2, collector);
    EXPECT_EQ(collector.devices,
              (std::map<std::string, std::string>{{"device-" + std::to_string(partition), "x"}}));
  }
}

TEST_F(TopicStoreTest, SupersededKeysAreTheLogsToDelete) {
  Collector none;
  const auto store = own(*stores_, 0, 1, none);
  std::vector<std::string> keys;
  for (int i = 1; i <= 4; ++i) keys = store->superseded(write(*store, i, {{"a", noise(100)}}).name);
  ASSERT_THAT(keys, SizeIs(2)) << "manifest and pack of the first";
  EXPECT_THAT(keys[0], HasSubstr(".manifest/0"));
  EXPECT_THAT(keys[1], HasSubstr(".pack/0"));
}

TEST_F(TopicStoreTest, ShowsALaneToWhoeverLooks) {
  Collector none;
  const auto store = own(*stores_, 0, 1, none);
  const auto name = write(*store, 10, {{"a", "a10"}});
  const auto lookers = open();
  const TopicPartition lane{"in", Partition(0)};
  const checkpoint::LaneArchive archive(lookers->files(lane), lookers->place(lane));
  const auto all = archive.snapshots();
  ASSERT_TRUE(all.ok()) << all.error().message();
  ASSERT_THAT(*all, SizeIs(1));
  EXPECT_EQ((*all)[0].name, name);
  EXPECT_THAT(*archive.verify(*(*all)[0].manifest), IsEmpty());
  EXPECT_GT(lookers->written(lane, name.name).value_or(0), 1'600'000'000'000);
  ASSERT_TRUE(lookers->remove(lane, {name.name}).ok());
  const auto later = open();
  const checkpoint::LaneArchive rest(later->files(lane), later->place(lane));
  EXPECT_THAT(*rest.snapshots(), IsEmpty());
  EXPECT_THAT(*rest.files(), SizeIs(1)) << "the pack";
}

TEST_F(TopicStoreTest, AnotherNumberOfPartitionsIsRefused) {
  const auto stores = TopicStores::create(config_, kPartitions + 1);
  ASSERT_FALSE(stores.ok());
  EXPECT_EQ(stores.error().code(), ErrorCode::kAlreadyExists);
}

}  // namespace
}  // namespace cortado::kafka
