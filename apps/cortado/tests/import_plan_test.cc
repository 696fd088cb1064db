// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state/import_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/kafka/partitioner.h"

namespace cortado::app {
namespace {

using base::ErrorCode;
using base::Offset;
using base::Partition;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An export of partitions 0 (at offset 100, low water 80) and 2 (at 50), and a target of the same
/// topic.
ImportRequest sample() {
  ImportRequest request;
  request.head = {.topic = "in",
                  .partition_count = 3,
                  .hash_name = "murmur2",
                  .cluster_id = "cluster",
                  .model_hash = "model",
                  .lanes = {{Partition(0), {Offset(100), Offset(80), {Offset(7)}}},
                            {Partition(2), {Offset(50), Offset(50), {}}}}};
  request.target.lane.topic = "in";
  request.target.partition_count = 3;
  request.target.cluster_id = "cluster";
  request.target.model_hash = "model";
  request.devices = {{"a", Partition(0), Offset(90)}, {"c", Partition(2), Offset(50)}};
  return request;
}

TargetLane at(std::int64_t committed, std::int64_t low_water,
              std::vector<std::string> devices = {}) {
  return {.committed = Offset(committed),
          .facts = {Offset(committed), Offset(low_water), {}},
          .devices = std::move(devices),
          .log_begin = Offset(0)};
}

std::map<Partition, LaneImport> plan_of(const ImportRequest& request,
                                        const std::map<Partition, TargetLane>& lanes) {
  auto plan = plan_import(request, lanes);
  EXPECT_TRUE(plan.ok()) << plan.error().message();
  return plan.ok() ? *plan : std::map<Partition, LaneImport>();
}

TEST(ImportPlan, RecordsAreNeverScoredAgainByAnotherAlgorithmVersion) {
  auto request = sample();
  request.target.algorithm_version = 3;
  for (auto& device : request.devices) device.algorithm_version = 2;
  // "a" lacks ten records that the group has committed.
  const auto refused = plan_import(request, {{Partition(0), {}}, {Partition(2), {}}});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(refused.error().message(), HasSubstr("device a was left off by algorithm version 2"));
  request.devices[0].next = Offset(100);
  EXPECT_EQ(plan_of(request, {{Partition(0), {}}, {Partition(2), {}}}).size(), 2U);
}

TEST(ImportPlan, ANewGroupStandsWhereTheExportStood) {
  const auto request = sample();
  EXPECT_THAT(*import_targets(request), ElementsAre(Partition(0), Partition(2)));
  const auto plan = plan_of(request, {{Partition(0), {}}, {Partition(2), {}}});
  EXPECT_EQ(plan.at(Partition(0)).facts,
            (checkpoint::SnapshotFacts{Offset(100), Offset(80), {Offset(7)}}));
  EXPECT_EQ(plan.at(Partition(0)).devices.at("a"), Offset(90));
  EXPECT_EQ(plan.at(Partition(2)).facts, (checkpoint::SnapshotFacts{Offset(50), Offset(50), {}}));
}

TEST(ImportPlan, AGroupThatIsAheadReadsAgainWhatTheModelLacks) {
  const auto plan = plan_of(sample(), {{Partition(0), at(500, 450)}, {Partition(2), at(50, 20)}});
  EXPECT_EQ(plan.at(Partition(0)).facts,
            (checkpoint::SnapshotFacts{Offset(500), Offset(90), {Offset(7)}, Offset(450)}))
      << "the lane's other devices have nothing below 450";
  EXPECT_EQ(plan.at(Partition(2)).facts, (checkpoint::SnapshotFacts{Offset(50), Offset(20), {}}));
}

TEST(ImportPlan, AFloorOutlivesTheNextImport) {
  auto lane = at(500, 90);
  lane.facts.floor = Offset(450);
  const auto plan = plan_of(sample(), {{Partition(0), lane}, {Partition(2), at(50, 50)}});
  EXPECT_EQ(plan.at(Partition(0)).facts,
            (checkpoint::SnapshotFacts{Offset(500), Offset(90), {Offset(7)}, Offset(450)}));
}

TEST(ImportPlan, InANewGroupDevicesThatWereLeftOutBeginWhereItBegins) {
  auto request = sample();
  request.whole = false;
  request.named = true;
  request.devices.resize(1);
  const auto plan = plan_of(request, {{Partition(0), {}}});
  EXPECT_EQ(plan.at(Partition(0)).facts,
            (checkpoint::SnapshotFacts{Offset(100), Offset(80), {Offset(7)}, Offset(100)}));
}

TEST(ImportPlan, WhatAPersonDecidedStaysDecided) {
  auto request = sample();
  request.head.lanes[0].dismissed = {Offset(7)};
  auto lane = at(500, 450);
  lane.facts.skipped = {Offset(460), Offset(470)};
  lane.dismissed = {Offset(470)};
  const auto there = plan_of(request, {{Partition(0), lane}, {Partition(2), at(50, 50)}});
  EXPECT_THAT(there.at(Partition(0)).facts.skipped,
              ElementsAre(Offset(7), Offset(460), Offset(470)));
  EXPECT_THAT(there.at(Partition(0)).dismissed, ElementsAre(Offset(7), Offset(470)));
  const auto fresh = plan_of(request, {{Partition(0), {}}, {Partition(2), {}}});
  EXPECT_THAT(fresh.at(Partition(0)).dismissed, ElementsAre(Offset(7)));
}

TEST(ImportPlan, ADeviceThatTheLaneRefusedIsRunFromTheCommittedOffsetOn) {
  TargetLane lane = at(500, 450);
  lane.facts.refused = {{"a", Offset(470), {}}, {"b", Offset(480), {}}};
  const auto plan = plan_of(sample(), {{Partition(0), lane}, {Partition(2), at(50, 20)}});
  EXPECT_THAT(plan.at(Partition(0)).facts.refused,
              ElementsAre(checkpoint::RefusedSpan{"a", Offset(470), Offset(500)},
                          checkpoint::RefusedSpan{"b", Offset(480), {}}));
}

TEST(ImportPlan, AModelThatIsAheadOfItsGroupIsRefused) {
  const auto plan = plan_import(sample(), {{Partition(0), at(89, 89)}, {Partition(2), at(50, 50)}});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().code(), ErrorCode::kInvalidConfig);
  EXPECT_THAT(plan.error().message(), HasSubstr("up to offset 90, the group is at 89"));
}

TEST(ImportPlan, AStateThatIsThereIsReplacedOnlyIfAskedFor) {
  auto request = sample();
  const std::map<Partition, TargetLane> lanes = {{Partition(0), at(100, 100, {"a", "b"})},
                                                 {Partition(2), at(50, 50)}};
  const auto refused = plan_import(request, lanes);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kAlreadyExists);
  EXPECT_THAT(refused.error().message(), HasSubstr("--replace"));
  request.replace = true;
  EXPECT_EQ(plan_of(request, lanes).at(Partition(0)).devices.at("a"), Offset(90));
}

TEST(ImportPlan, InAnotherLogModelsGoOnWithWhatComes) {
  auto request = sample();
  request.target.lane.topic = "elsewhere";
  TargetLane fresh;
  fresh.log_begin = Offset(12);
  const auto plan = plan_of(request, {{Partition(0), at(500, 450)}, {Partition(2), fresh}});
  EXPECT_EQ(plan.at(Partition(0)).facts, (checkpoint::SnapshotFacts{Offset(500), Offset(450), {}}));
  EXPECT_EQ(plan.at(Partition(0)).devices.at("a"), Offset(500));
  EXPECT_EQ(plan.at(Partition(2)).facts, (checkpoint::SnapshotFacts{Offset(12), Offset(12), {}}));
  EXPECT_EQ(plan.at(Partition(2)).devices.at("c"), Offset(12));
}

TEST(ImportPlan, AnotherPartitionCountNeedsTheKeys) {
  auto request = sample();
  request.target.partition_count = 7;
  const auto refused = import_targets(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("--by-key"));
  request.by_key = true;
  const auto targets = import_targets(request);
  ASSERT_TRUE(targets.ok());
  for (const auto& device : request.devices) {
    EXPECT_EQ(import_partition(request, device), kafka::partition_of_key(device.device, 7));
    EXPECT_THAT(*targets, ::testing::Contains(import_partition(request, device)));
  }
}

TEST(ImportPlan, SomeDevicesTouchTheirPartitionsAlone) {
  auto request = sample();
  request.whole = false;
  request.devices.resize(1);
  EXPECT_THAT(*import_targets(request), ElementsAre(Partition(0)));
}

TEST(ImportPlan, AnotherModelIsRefused) {
  auto request = sample();
  request.target.model_hash = "other";
  const auto refused = import_targets(request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidConfig);
  EXPECT_THAT(refused.error().message(), HasSubstr("model, this one is other"));
}

}  // namespace
}  // namespace cortado::app
