// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "stable_position.h"

#include <array>
#include <memory>
#include <string>

#include <librdkafka/rdkafka.h>

#include "answer_queue.h"
#include "cortado/base/clock.h"
#include "message.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;
using Question = std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t,
                                 decltype(&rd_kafka_ListConsumerGroupOffsets_destroy)>;

constexpr std::chrono::seconds kConfirmation{2};

Options stable_only(Client& client, std::chrono::milliseconds timeout) {
  Options options(
      rd_kafka_AdminOptions_new(client.handle(), RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS),
      &rd_kafka_AdminOptions_destroy);
  std::array<char, 512> text{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), static_cast<int>(timeout.count()),
                                            text.data(), text.size());
  // It refuses only for other operations.
  rd_kafka_error_t* const refused =
      rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1);
  if (refused != nullptr) rd_kafka_error_destroy(refused);
  return options;
}

/// Take the one partition's position out of an answer; return the worst code in it.
int take(rd_kafka_event_t* event, stream::LanePosition& position) {
  const int failed = rd_kafka_event_error(event);
  if (failed != RD_KAFKA_RESP_ERR_NO_ERROR) return failed;
  const auto* const result = rd_kafka_event_ListConsumerGroupOffsets_result(event);
  std::size_t count = 0;
  const auto* const* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
  if (count != 1) return RD_KAFKA_RESP_ERR__BAD_MSG;
  const rd_kafka_error_t* const error = rd_kafka_group_result_error(groups[0]);
  if (error != nullptr) return rd_kafka_error_code(error);
  const auto* const partitions = rd_kafka_group_result_partitions(groups[0]);
  if (partitions == nullptr || partitions->cnt != 1) return RD_KAFKA_RESP_ERR__BAD_MSG;
  const rd_kafka_topic_partition_t& found = partitions->elems[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return found.err;
  position = {};
  if (found.offset < 0) return RD_KAFKA_RESP_ERR_NO_ERROR;
  position.next_offset = base::Offset(found.offset);
  position.pointer.assign(static_cast<const char*>(found.metadata), found.metadata_size);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/// One question. Unlike rd_kafka_committed(), which asks again by itself until its time is over,
/// it tells apart an offset that is held from a coordinator that is slow.
int ask(Client& client, const base::TopicPartition& partition, std::chrono::milliseconds timeout,
        stream::LanePosition& position) {
  const PartitionList list = make_list();
  add(list, partition, RD_KAFKA_OFFSET_INVALID);
  const Question question(
      rd_kafka_ListConsumerGroupOffsets_new(client.config().group_id.c_str(), list.get()),
      &rd_kafka_ListConsumerGroupOffsets_destroy);
  const Options options = stable_only(client, timeout);
  const AnswerQueue answers = make_answer_queue(client);
  rd_kafka_ListConsumerGroupOffsets_t* questions[] = {question.get()};
  rd_kafka_ListConsumerGroupOffsets(client.handle(), questions, 1, options.get(), answers.get());
  while (!client.gives_up() && !client.verdict()) {
    const AnswerEvent answer = poll_answer(answers);
    if (answer != nullptr) return take(answer.get(), position);
  }
  return RD_KAFKA_RESP_ERR__TIMED_OUT;
}

}  // namespace

bool PendingOffset::confirmed(std::chrono::nanoseconds now) {
  if (!since_) since_ = now;
  return now - *since_ >= kConfirmation;
}

base::Result<std::optional<stream::LanePosition>> read_stable_position(
    Client& client, const base::TopicPartition& partition, std::chrono::milliseconds patience) {
  std::optional<stream::LanePosition> position;
  PendingOffset pending;
  CORTADO_TRY(retry(
      client, "committed offset of " + base::to_string(partition),
      [&](std::chrono::milliseconds) -> int {
        position.emplace();
        const int code = ask(client, partition, patience, *position);
        if (code != RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT ||
            !pending.confirmed(base::system_clock().steady()))
          return code;
        position.reset();
        return RD_KAFKA_RESP_ERR_NO_ERROR;
      },
      nullptr, patience));
  client.succeeded();
  return position;
}

}  // namespace cortado::kafka
