// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/client_settings.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/kafka/kafka_lane_log.h"

namespace cortado::kafka {
namespace {

using ::testing::Contains;
using ::testing::Pair;

TEST(QueueLimitsTest, HoldTheOutcomesOfTheLargestBatch) {
  EXPECT_EQ(queue_limits({.max_batch_records = 1000, .max_batch_bytes = 1 << 20}),
            (QueueLimits{.records = 2000, .bytes = (2 << 20) + 2048 * 1000}));
}

TEST(QueueLimitsTest, AreTheProducersOwnLimits) {
  const QueueLimits limits =
      queue_limits({.max_batch_records = 50'000, .max_batch_bytes = 100 << 20});
  const ClientSettings lane =
      transactional_settings({.id = "id", .timeout = std::chrono::seconds(10), .queue = limits});
  EXPECT_THAT(lane.defaults, Contains(Pair("queue.buffering.max.messages", "100000")));
  EXPECT_THAT(lane.defaults, Contains(Pair("queue.buffering.max.kbytes", "304800")));
}

TEST(QueueLimitsTest, StayWithinWhatTheLibraryTakes) {
  const ClientSettings small = producer_settings({.records = 0, .bytes = 1});
  EXPECT_THAT(small.defaults, Contains(Pair("queue.buffering.max.messages", "1")));
  EXPECT_THAT(small.defaults, Contains(Pair("queue.buffering.max.kbytes", "8192")));
  const ClientSettings large =
      producer_settings({.records = std::int64_t{1} << 40, .bytes = std::int64_t{1} << 60});
  EXPECT_THAT(large.defaults, Contains(Pair("queue.buffering.max.messages", "2147483647")));
  EXPECT_THAT(large.defaults, Contains(Pair("queue.buffering.max.kbytes", "2147483647")));
  // As before for whoever writes no batches: a generator, the state topic.
  EXPECT_THAT(producer_settings().defaults,
              Contains(Pair("queue.buffering.max.messages", "100000")));
  EXPECT_THAT(producer_settings().defaults, Contains(Pair("queue.buffering.max.kbytes", "262144")));
}

}  // namespace
}  // namespace cortado::kafka
