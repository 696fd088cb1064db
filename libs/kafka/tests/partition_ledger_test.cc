// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/partition_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using base::Offset;
using base::Partition;
using base::TopicPartition;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TopicPartition kFirst{"t", Partition(0)};
const TopicPartition kSecond{"t", Partition(1)};

Arrival arrive(PartitionLedger& ledger, const TopicPartition& of, Offset offset) {
  return ledger.arrive(of.topic, of.partition, offset);
}

TEST(PartitionLedger, DeliversNothingBeforeASeek) {
  PartitionLedger ledger;
  EXPECT_EQ(arrive(ledger, kFirst, Offset(0)), Arrival::kForeign);
  ledger.add(kFirst);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(0)), Arrival::kForeign);
  ledger.find(kFirst)->expected = Offset(0);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(0)), Arrival::kExpected);
}

TEST(PartitionLedger, DropsWhatComesAgainAndTellsGaps) {
  PartitionLedger ledger;
  ledger.add(kFirst);
  ledger.find(kFirst)->expected = Offset(5);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(4)), Arrival::kStale);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(5)), Arrival::kExpected);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(8)), Arrival::kGap);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(8)), Arrival::kStale);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(9)), Arrival::kExpected);
}

TEST(PartitionLedger, KeepsPartitionsApart) {
  PartitionLedger ledger;
  ledger.add(kFirst);
  ledger.add(kSecond);
  ledger.find(kFirst)->expected = Offset(3);
  ledger.find(kSecond)->expected = Offset(0);
  EXPECT_EQ(arrive(ledger, kSecond, Offset(0)), Arrival::kExpected);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(3)), Arrival::kExpected);
  EXPECT_THAT(ledger.all(), ElementsAre(kFirst, kSecond));
  ledger.remove(kFirst);
  EXPECT_EQ(arrive(ledger, kFirst, Offset(4)), Arrival::kForeign);
  EXPECT_THAT(ledger.all(), ElementsAre(kSecond));
}

TEST(PartitionLedger, KnowsWhatMayBeFetchedAndWhatIs) {
  PartitionLedger ledger;
  const std::vector<TopicPartition> both{kFirst, kSecond};
  for (const auto& partition : both) ledger.add(partition);
  EXPECT_THAT(ledger.ready(both), IsEmpty());
  ledger.find(kSecond)->expected = Offset(7);
  EXPECT_THAT(ledger.ready(both), ElementsAre(kSecond));
  EXPECT_THAT(ledger.fetched(both), IsEmpty());
  ledger.find(kSecond)->fetching = true;
  EXPECT_THAT(ledger.ready(both), IsEmpty());
  EXPECT_THAT(ledger.fetched(both), ElementsAre(kSecond));
}

}  // namespace
}  // namespace cortado::kafka
