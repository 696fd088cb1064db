// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/device_owners.h"

#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

const base::TopicPartition kFirst{"in", base::Partition(0)};
const base::TopicPartition kSecond{"in", base::Partition(1)};

TEST(DeviceOwnersTest, TheFirstLaneKeepsADevice) {
  DeviceOwners owners;
  EXPECT_EQ(owners.claim("d", kFirst), nullptr);
  EXPECT_EQ(owners.claim("d", kFirst), nullptr);
  const base::TopicPartition* const owner = owners.claim("d", kSecond);
  ASSERT_NE(owner, nullptr);
  EXPECT_EQ(*owner, kFirst);
  EXPECT_EQ(owners.claim("e", kSecond), nullptr);
  EXPECT_EQ(owners.size(), 2U);
  owners.release(kFirst);
  EXPECT_EQ(owners.claim("d", kSecond), nullptr);
  EXPECT_EQ(owners.size(), 2U);
}

TEST(DeviceOwnersTest, WhoGivesADeviceUpLetsAnotherHaveIt) {
  DeviceOwners owners;
  EXPECT_EQ(owners.other("d", kFirst), nullptr);
  owners.claim("d", kFirst);
  EXPECT_EQ(owners.other("d", kFirst), nullptr);
  ASSERT_NE(owners.other("d", kSecond), nullptr);
  owners.give_up("d", kSecond);
  EXPECT_EQ(*owners.other("d", kSecond), kFirst);
  owners.give_up("d", kFirst);
  EXPECT_EQ(owners.other("d", kSecond), nullptr);
  EXPECT_EQ(owners.size(), 0U);
}

TEST(DeviceOwnersTest, NoDeviceIsNewBeforeAllLanesHaveTold) {
  DeviceOwners owners;
  owners.expect(kFirst);
  owners.expect(kSecond);
  owners.told(kFirst);
  EXPECT_FALSE(owners.all_told());
  owners.release(kSecond);
  EXPECT_TRUE(owners.all_told());
}

TEST(DeviceOwnersTest, WhoDoubtsTellsLast) {
  DeviceOwners owners;
  owners.expect(kFirst);
  owners.expect(kSecond);
  owners.doubt(kFirst);
  EXPECT_FALSE(owners.others_told());
  owners.doubt(kSecond);  // Two do not wait for each other.
  EXPECT_TRUE(owners.others_told());
  EXPECT_FALSE(owners.all_told());
  owners.told(kFirst);
  owners.told(kSecond);
  EXPECT_TRUE(owners.all_told());
  owners.doubt(kFirst);  // Nobody waits for one that opens again.
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
