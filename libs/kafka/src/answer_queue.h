// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "cortado/base/result.h"

namespace cortado::kafka {

using AnswerQueue = std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)>;
using AnswerEvent = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;

AnswerQueue make_answer_queue(Client& client);
/// Wait a moment for an answer; null if none has come.
AnswerEvent poll_answer(const AnswerQueue& queue);

/// Wait for the answer of an administration call, `what`, on a client without a poll loop.
/// **Errors:** the client's verdict, kUnavailable when the time is over or the client gives up.
base::Result<AnswerEvent> wait_for_answer(Client& client, const AnswerQueue& queue,
                                          const std::string& what);

}  // namespace cortado::kafka
