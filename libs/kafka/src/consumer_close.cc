// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "consumer_close.h"

#include <librdkafka/rdkafka.h>

#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "rebalance_protocol.h"

namespace cortado::kafka {
namespace {

constexpr std::chrono::seconds kPatience{8};

/// Give back what is still assigned; its owner was told before.
void release(rd_kafka_t* handle, rd_kafka_event_t* event) {
  rd_kafka_error_t* error = nullptr;
  auto* partitions = rd_kafka_event_topic_partition_list(event);
  if (is_eager(handle) || partitions == nullptr || partitions->cnt == 0) {
    rd_kafka_assign(handle, nullptr);
    return;
  }
  error = rd_kafka_incremental_unassign(handle, partitions);
  if (error == nullptr) return;
  rd_kafka_error_destroy(error);
  rd_kafka_assign(handle, nullptr);
}

/// True once the consumer is closed.
bool serve_until_closed(rd_kafka_t* handle, rd_kafka_queue_t* queue) {
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + kPatience;
  while (rd_kafka_consumer_closed(handle) == 0) {
    if (clock.steady() >= deadline) return false;
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 50);
    if (event == nullptr) continue;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE) release(handle, event);
    rd_kafka_event_destroy(event);
  }
  return true;
}

}  // namespace

void close_consumer(Client& client) {
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.handle());
  rd_kafka_error_t* error = rd_kafka_consumer_close_queue(client.handle(), queue);
  const bool closed = error == nullptr && serve_until_closed(client.handle(), queue);
  if (error != nullptr) rd_kafka_error_destroy(error);
  if (closed) {
    rd_kafka_queue_destroy(queue);
    return;
  }
  client.abandon();
  base::log_warning("kafka", "the consumer did not close in time and is left to the process's end");
}

}  // namespace cortado::kafka
