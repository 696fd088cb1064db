// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A device whose records are on the partitions of two processes: what each knows of the other when
// it loads a lane.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using ::testing::HasSubstr;
using testing::LoggedOutcome;
using testing::World;

class SecondPartitionTest : public ::testing::Test {
 protected:
  SecondPartitionTest() : world_(2) { add(10); }

  void add(int records) {
    for (int i = 0; i < records; ++i) {
      world_.topic.add(0, {.key = "shared", .value = "v" + std::to_string(i)});
      world_.topic.add(0, {.key = "zero", .value = "v" + std::to_string(i)});
      world_.topic.add(1, {.key = "shared", .value = "w" + std::to_string(i)});
      world_.topic.add(1, {.key = "one", .value = "w" + std::to_string(i)});
    }
  }

  /// A process that has one partition.
  base::Status run(int partition) {
    world_.source_options.assigned = {partition};
    return world_.run();
  }

  /// How many of the device's records on a partition have an enriched record.
  int enriched(int partition, const std::string& device) {
    int count = 0;
    for (const LoggedOutcome& outcome : world_.logs.lanes()[world_.topic.at(partition)].outcomes) {
      if (outcome.kind == base::OutcomeKind::kEnriched && outcome.device == device) ++count;
    }
    return count;
  }

  /// Two processes at once, neither of which saw a snapshot of the other's.
  void run_both() {
    ASSERT_TRUE(run(0).ok());
    const auto hidden = world_.disk.files();
    world_.disk.files().clear();
    ASSERT_TRUE(run(1).ok());
    world_.disk.files().insert(hidden.begin(), hidden.end());
    ASSERT_EQ(enriched(0, "shared"), 10);
    ASSERT_EQ(enriched(1, "shared"), 10);
    add(10);
  }

  World world_;
};

TEST_F(SecondPartitionTest, WhoHasAStateElsewhereGetsNoSecondModel) {
  ASSERT_TRUE(run(0).ok());
  ASSERT_TRUE(run(1).ok());
  EXPECT_EQ(enriched(0, "shared"), 10);
  EXPECT_EQ(enriched(1, "shared"), 0);
  EXPECT_EQ(enriched(1, "one"), 10);
  const auto& outcomes = world_.logs.lanes()[world_.topic.at(1)].outcomes;
  EXPECT_EQ(outcomes.size(), 20U);
  EXPECT_EQ(outcomes[0].kind, base::OutcomeKind::kDeadLetter);
  EXPECT_THAT(outcomes[0].reason, HasSubstr("device shared is on in[1] but its model is on in[0]"));
  // Devices of another process are none of ours.
  EXPECT_EQ(world_.totals.devices, 1);
}

TEST_F(SecondPartitionTest, StrictStopsALaneThatSharesADevice) {
  run_both();
  const base::Status stopped = run(1);
  ASSERT_FALSE(stopped.ok());
  EXPECT_THAT(stopped.error().message(),
              HasSubstr("in[1]: 1 devices have a state here and on in[0]"));
  EXPECT_THAT(stopped.error().message(), HasSubstr("cortado state reset shared -p 1"));
  EXPECT_EQ(enriched(1, "one"), 10);
}

TEST_F(SecondPartitionTest, InBestEffortTheLowerPartitionKeepsItWhoeverLooks) {
  run_both();
  world_.config.recovery = Recovery::kBestEffort;
  ASSERT_TRUE(run(1).ok());
  EXPECT_EQ(enriched(1, "shared"), 10);
  EXPECT_EQ(enriched(1, "one"), 20);
  ASSERT_TRUE(run(0).ok());
  EXPECT_EQ(enriched(0, "shared"), 20);
}

TEST_F(SecondPartitionTest, OnceBothAreOursTheOneProcessDecides) {
  ASSERT_TRUE(run(0).ok());
  ASSERT_TRUE(run(1).ok());
  add(10);
  world_.source_options.assigned = {};
  ASSERT_TRUE(world_.run().ok());
  EXPECT_EQ(enriched(0, "shared"), 20);
  EXPECT_EQ(enriched(1, "shared"), 0);
  EXPECT_EQ(world_.totals.devices, 3);
}

}  // namespace
}  // namespace cortado::stream
