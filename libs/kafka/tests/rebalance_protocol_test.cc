// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/rebalance_protocol.h"

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

namespace cortado::kafka {
namespace {

// A rebalance may still be waiting in a queue when its group has ended: librdkafka then names no
// protocol at all.
TEST(RebalanceProtocol, IsEagerOnceTheGroupHasEnded) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  char why[256];
  ASSERT_EQ(rd_kafka_conf_set(conf, "group.id", "g", why, sizeof why), RD_KAFKA_CONF_OK) << why;
  rd_kafka_t* consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
  ASSERT_NE(consumer, nullptr) << why;
  ASSERT_EQ(rd_kafka_consumer_close(consumer), RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(rd_kafka_rebalance_protocol(consumer), nullptr);
  EXPECT_TRUE(is_eager(consumer));
  rd_kafka_destroy(consumer);
}

}  // namespace
}  // namespace cortado::kafka
