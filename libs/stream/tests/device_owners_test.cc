// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/device_owners.h"

#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

TEST(DeviceOwnersTest, TheFirstLaneKeepsADevice) {
  const base::TopicPartition first{"in", base::Partition(0)};
  const base::TopicPartition second{"in", base::Partition(1)};
  DeviceOwners owners;
  EXPECT_EQ(owners.claim("d", first), nullptr);
  EXPECT_EQ(owners.claim("d", first), nullptr);
  const base::TopicPartition* const owner = owners.claim("d", second);
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(*owner, first);
  EXPECT_EQ(owners.claim("e", second), nullptr);
  EXPECT_EQ(owners.size(), 2U);
  owners.release(first);
  EXPECT_EQ(owners.claim("d", second), nullptr);
  EXPECT_EQ(owners.size(), 2U);
}

TEST(DeviceOwnersTest, WhoGivesADeviceUpLetsAnotherHaveIt) {
  const base::TopicPartition first{"in", base::Partition(0)};
  const base::TopicPartition second{"in", base::Partition(1)};
  DeviceOwners owners;
  EXPECT_EQ(owners.other("d", first), nullptr);
  owners.claim("d", first);
  EXPECT_EQ(owners.other("d", first), nullptr);
  ASSERT_NE(owners.other("d", second), nullptr);
  owners.give_up("d", second);
  EXPECT_EQ(*owners.other("d", second), first);
  owners.give_up("d", first);
  EXPECT_EQ(owners.other("d", second), nullptr);
  EXPECT_EQ(owners.size(), 0U);
}

TEST(DeviceOwnersTest, NoDeviceIsNewBeforeAllLanesHaveTold) {
  const base::TopicPartition first{"in", base::Partition(0)};
  const base::TopicPartition second{"in", base::Partition(1)};
  DeviceOwners owners;
  owners.expect(first);
  owners.expect(second);
  owners.told(first);
  EXPECT_FALSE(owners.all_told());
  owners.release(second);
  EXPECT_TRUE(owners.all_told());
}

TEST(DeviceOwnersTest, WhoDoubtsTellsLast) {
  const base::TopicPartition first{"in", base::Partition(0)};
  const base::TopicPartition second{"in", base::Partition(1)};
  DeviceOwners owners;
  owners.expect(first);
  owners.expect(second);
  owners.doubt(first);
  EXPECT_FALSE(owners.others_told());
  owners.doubt(second);  // Two do not wait for each other.
  EXPECT_TRUE(owners.others_told());
  EXPECT_FALSE(owners.all_told());
  owners.told(first);
  owners.told(second);
  EXPECT_TRUE(owners.all_told());
  owners.doubt(first);  // Nobody waits for one that opens again.
  EXPECT_TRUE(owners.all_told());
}

TEST(DeviceOwnersTest, ReportsADeviceOnce) {
  DeviceOwners owners;
  EXPECT_TRUE(owners.report_once("d"));
  EXPECT_FALSE(owners.report_once("d"));
  EXPECT_TRUE(owners.report_once("e"));
}

TEST(DeviceOwnersTest, WhatIsElsewhereIsRefusedUntilItsLaneIsOurs) {
  const base::TopicPartition here{"in", base::Partition(0)};
  const base::TopicPartition there{"in", base::Partition(1)};
  DeviceOwners owners;
  owners.elsewhere(there, {"x", "y"});
  EXPECT_EQ(owners.size(), 0U);
  ASSERT_NE(owners.claim("x", here), nullptr);
  EXPECT_EQ(*owners.claim("x", here), there);
  EXPECT_EQ(owners.claim("z", here), nullptr);
  EXPECT_EQ(owners.claim("x", there), nullptr);
  owners.elsewhere(there, {"y"});
  EXPECT_EQ(*owners.claim("y", here), there);
  owners.ours(there);
  EXPECT_EQ(owners.claim("y", here), nullptr);
}

}  // namespace
}  // namespace cortado::stream
