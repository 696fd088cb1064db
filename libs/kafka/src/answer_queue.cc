// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "answer_queue.h"

#include "cortado/base/clock.h"
#include "metadata.h"

namespace cortado::kafka {

AnswerQueue make_answer_queue(Client& client) {
  return {rd_kafka_queue_new(client.handle()), &rd_kafka_queue_destroy};
}

AnswerEvent poll_answer(const AnswerQueue& queue) {
  return {rd_kafka_queue_poll(queue.get(), static_cast<int>(kSlice.count())),
          &rd_kafka_event_destroy};
}

base::Result<AnswerEvent> wait_for_answer(Client& client, const AnswerQueue& queue,
                                          const std::string& what) {
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + 2 * kAdminTimeout;
  while (clock.steady() < deadline && !client.gives_up()) {
    AnswerEvent answer = poll_answer(queue);
    if (answer != nullptr) return answer;
    rd_kafka_poll(client.handle(), 0);
    if (auto known = client.verdict()) return *known;
  }
  return client.timed_out(what);
}

}  // namespace cortado::kafka
