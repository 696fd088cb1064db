// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cortado/kafka/kafka_lane_log.h"
#include "cortado/kafka/kafka_source.h"
#include "cortado/kafka/topic_store.h"
#include "cortado/kafka/topics.h"
#include "crash_points.h"
#include "wiring.h"

namespace cortado::app {

/// What a detection reads from and writes to.
struct BrokerSide {
  kafka::TopicLayout layout;
  std::unique_ptr<kafka::KafkaSource> source;
  std::unique_ptr<kafka::TopicStores> stores;  ///< null unless snapshots are kept in a topic
  std::unique_ptr<kafka::KafkaLaneLogFactory> logs;
};

/// See to the topics and connect to them; whoever waits for them asks `patience`, which outlives it
/// as `crash` does. **Errors:** of the clients and of
/// kafka::ensure_topics().
base::Result<BrokerSide> make_broker_side(const DetectionRun& run, bool transactional,
                                          CrashPoints& crash, const base::Patience& patience);

}  // namespace cortado::app
