// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A lane that reads again for one device what the others are not to learn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/checkpoint/directory_store.h"
#include "cortado/stream/pointer.h"
#include "engine_world.h"

namespace cortado::stream {
namespace {

using base::Offset;
using testing::expected_outcomes;
using testing::fill;
using testing::LoggedOutcome;
using testing::World;

/// The first half of the log was read by nobody but d0, which was put in as it was after its first
/// record: the group stands in the middle.
class FloorTest : public ::testing::Test {
 protected:
  static constexpr int kHalf = 60;
  static constexpr int kDevices = 3;

  FloorTest() {
    fill(world_, kHalf, kDevices);
    world_.logs.lanes()[lane()] = {.outcomes = {}, .committed = Offset(kHalf), .pointer = put_in()};
    fill(world_, kHalf, kDevices);
  }

  base::TopicPartition lane() const { return world_.topic.at(0); }

  std::string put_in() {
    checkpoint::DirectoryStores stores(*world_.files, "state");
    checkpoint::LaneIdentity identity;
    identity.lane = lane();
    identity.partition_count = 1;
    identity.cluster_id = world_.cluster_id;
    identity.model_hash = world_.operation.model_hash();
    identity.algorithm_version = world_.operation.algorithm_version();
    const auto store = stores.open(identity, 7).value();
    const auto writer = store->begin({.next_offset = Offset(kHalf),
                                      .low_water = Offset(1),
                                      .skipped = {},
                                      .floor = Offset(kHalf)},
                                     checkpoint::Lineage::kRoot);
    std::string raw;
    one_record()->save(raw);
    checkpoint::CompressedBlob blob;
    EXPECT_TRUE(checkpoint::compress(raw, blob).ok());
    EXPECT_TRUE(writer->add("d0", Offset(1), blob).ok());
    return format({.snapshot = writer->commit().value(), .low_water = Offset(1)});
  }

  /// d0 after the record at offset 0.
  std::unique_ptr<DeviceProcessor> one_record() {
    auto processor = world_.operation.create("d0").value();
    const auto& input = world_.topic.partitions[0][0];
    base::RawRecord record;
    record.key = input.key;
    record.value = input.value;
    const base::RawHeader header{"h", input.header};
    if (!input.header.empty()) record.headers = std::span(&header, 1);
    base::Outcome outcome;
    const base::RawRecord* const records[] = {&record};
    base::Outcome* const outcomes[] = {&outcome};
    processor->run(records, outcomes, 0);
    return processor;
  }

  /// What follows the middle: d0 with all that it has had, the others anew.
  std::vector<LoggedOutcome> wanted() const {
    World others(1);
    fill(others, kHalf, kDevices);
    fill(others, kHalf, kDevices);
    auto& records = others.topic.partitions[0];
    const auto whole = expected_outcomes(others, 0);
    for (int i = 0; i < kHalf; ++i) records[static_cast<std::size_t>(i)].key = "nobody";
    auto outcomes = expected_outcomes(others, 0);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (outcomes[i].device == "d0") outcomes[i] = whole[i];
    }
    outcomes.erase(outcomes.begin(), outcomes.begin() + kHalf);
    return outcomes;
  }

  World world_{1};
};

TEST_F(FloorTest, OnlyTheDeviceThatLacksItLearnsWhatIsReadAgain) {
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.logs.lanes()[lane()].outcomes, wanted());
  EXPECT_EQ(world_.totals.devices, kDevices);
}

TEST_F(FloorTest, ItHoldsWhenALaterSnapshotStillReadsFromBelowIt) {
  // A snapshot after every batch, also of those that are read again; and the process dies on its
  // way.
  world_.state.checkpoint_interval = std::chrono::milliseconds{1};
  world_.config.max_batch_records = 7;
  world_.source_options.before_poll = [this](testing::MemorySource&) {
    world_.clock.sleep_until(world_.clock.steady() + std::chrono::seconds{1});
  };
  for (int deaths = 0; deaths < 12; ++deaths) {
    world_.source_options.finishes = false;
    testing::MemorySource source(world_.topic, world_.clock, world_.source_options);
    const auto engine = world_.make_engine(source).value();
    ASSERT_TRUE(engine->start().ok());
    for (int turn = 0; turn < 3 + 2 * deaths; ++turn)
      ASSERT_TRUE(engine->turn(world_.stop.get_token()).ok());
  }
  world_.source_options.finishes = true;
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(world_.logs.lanes()[lane()].outcomes, wanted());
}

}  // namespace
}  // namespace cortado::stream
