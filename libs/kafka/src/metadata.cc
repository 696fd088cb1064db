// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "metadata.h"

#include <memory>
#include <set>

#include <librdkafka/rdkafka.h>

#include "commands.h"
#include "cortado/base/clock.h"
#include "message.h"

namespace cortado::kafka {
namespace {

using base::Error;

using Topic = std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)>;

void pause_briefly() {
  base::Clock& clock = base::system_clock();
  clock.sleep_until(clock.steady() + std::chrono::milliseconds(20));
}

/// One request; the count is none where the topic does not exist.
int ask(Client& client, const std::string& name, std::chrono::milliseconds slice,
        std::optional<int>& count) {
  const Topic topic(rd_kafka_topic_new(client.handle(), name.c_str(), nullptr),
                    &rd_kafka_topic_destroy);
  if (topic == nullptr) return rd_kafka_last_error();
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = rd_kafka_metadata(client.handle(), 0, topic.get(), &metadata,
                                      static_cast<int>(slice.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  client.succeeded();
  const int found = metadata->topic_cnt == 1 ? metadata->topics[0].partition_cnt : 0;
  int error =
      metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
  for (int i = 0; i < found; ++i) {
    const auto leader = metadata->topics[0].partitions[i].err;
    if (leader == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) error = leader;
  }
  rd_kafka_metadata_destroy(metadata);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    count.reset();
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  }
  count = found;
  return error;
}

/// Of topics that nobody reads or writes the library goes on asking the leaders that it knows,
/// for a quarter of an hour, also where they are gone.
void find_leaders(Client& client, const rd_kafka_topic_partition_list_s& list,
                  std::chrono::milliseconds slice) {
  std::set<std::string> topics;
  for (int i = 0; i < list.cnt; ++i) topics.emplace(list.elems[i].topic);
  std::optional<int> count;
  for (const std::string& topic : topics) ask(client, topic, slice, count);
}

Error explain(const Client& client, const Error& error, const std::string& topic) {
  if (error.code() != base::ErrorCode::kDenied ||
      error.message().find("TOPIC_AUTHORIZATION_FAILED") == std::string::npos)
    return error;
  return {error.code(), error.message() + "; an administrator runs: " +
                            acl_command(client.config(), {"Describe", "topic", topic})};
}

}  // namespace

base::Status retry(Client& client, const std::string& what,
                   const std::function<int(std::chrono::milliseconds slice)>& attempt,
                   const std::function<void()>& between, std::chrono::milliseconds patience) {
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + patience;
  while (true) {
    const int code = attempt(kSlice);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (between) between();
    if (auto known = client.verdict()) return *known;
    if (classify(code) != ErrorClass::kRetriable) return client.error(code).with_context(what);
    if (clock.steady() >= deadline || client.gives_up()) {
      // Kafka's own codes are above 0, the library's below: an answer, or none.
      if (code > 0) return client.error(code).with_context(what);
      return client.timed_out(what);
    }
    pause_briefly();
  }
}

base::Result<std::optional<int>> read_partition_count(Client& client, const std::string& topic,
                                                      const std::function<void()>& between,
                                                      std::chrono::milliseconds patience) {
  std::optional<int> count;
  const auto status = retry(
      client, "topic " + topic,
      [&](std::chrono::milliseconds slice) { return ask(client, topic, slice, count); }, between,
      patience);
  if (!status.ok()) return explain(client, status.error(), topic);
  return count;
}

int ask_offsets(Client& client, rd_kafka_topic_partition_list_s& list,
                std::chrono::milliseconds slice) {
  int code = rd_kafka_offsets_for_times(client.handle(), &list, static_cast<int>(slice.count()));
  for (int i = 0; i < list.cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) code = list.elems[i].err;
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) find_leaders(client, list, slice);
  return code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ? RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE
                                                      : code;
}

base::Error explain_missing(const base::Error& error, const std::string& topic) {
  if (error.code() != base::ErrorCode::kNotFound) return error;
  return {error.code(), error.message() + "; topic " + topic +
                            " was deleted, or made anew with fewer partitions: make it again as it "
                            "was, then start again"};
}

base::Result<std::vector<base::Offset>> read_offsets(
    Client& client, std::span<const base::TopicPartition> partitions, Mark mark,
    const std::function<void()>& between, std::chrono::milliseconds patience) {
  std::vector<base::Offset> offsets;
  if (partitions.empty()) return offsets;
  const std::int64_t wanted =
      mark == Mark::kBegin ? RD_KAFKA_OFFSET_BEGINNING : RD_KAFKA_OFFSET_END;
  std::string topic = partitions.front().topic;
  const auto told = retry(
      client, "offsets of " + topic,
      [&](std::chrono::milliseconds slice) -> int {
        const PartitionList list = make_list();
        for (const auto& partition : partitions) add(list, partition, wanted);
        const int code = ask_offsets(client, *list, slice);
        for (int i = 0; i < list->cnt; ++i) {
          if (code == list->elems[i].err) topic = list->elems[i].topic;
        }
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
        offsets.clear();
        for (int i = 0; i < list->cnt; ++i) {
          // Its leader has not answered.
          if (list->elems[i].offset < 0) return RD_KAFKA_RESP_ERR__TIMED_OUT;
          offsets.emplace_back(list->elems[i].offset);
        }
        return RD_KAFKA_RESP_ERR_NO_ERROR;
      },
      between, patience);
  if (!told.ok()) return explain_missing(told.error(), topic);
  client.succeeded();
  return offsets;
}

base::Result<stream::Watermarks> read_watermarks(Client& client,
                                                 const base::TopicPartition& partition) {
  const std::span one(&partition, 1);
  CORTADO_ASSIGN(const auto low, read_offsets(client, one, Mark::kBegin, nullptr));
  CORTADO_ASSIGN(const auto high, read_offsets(client, one, Mark::kEnd, nullptr));
  return stream::Watermarks{low.front(), high.front()};
}

}  // namespace cortado::kafka
