// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/topic_reader.h"

#include <chrono>
#include <optional>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "commands.h"
#include "consumer_close.h"
#include "cortado/base/clock.h"
#include "message.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using base::TopicPartition;

// Instead of waiting for an exact offset: the last ones may belong to no record.
constexpr std::chrono::seconds kNoProgress{30};
constexpr std::chrono::milliseconds kGlance{200};

ClientSettings reader_settings(const KafkaConfig& config, Isolation isolation) {
  return {.kind = ClientKind::kConsumer,
          .defaults = {{"fetch.wait.max.ms", "50"}, {"socket.nagle.disable", "true"}},
          .fixed = {{"group.id", config.group_id},
                    {"enable.auto.commit", "false"},
                    {"enable.auto.offset.store", "false"},
                    {"auto.offset.reset", "error"},
                    {"enable.partition.eof", "true"},
                    {"isolation.level", to_string(isolation)},
                    {"check.crcs", "true"},
                    {"allow.auto.create.topics", "false"}},
          .rebalance_events = false};
}

Error no_topic(const std::string& topic) {
  return {ErrorCode::kNotFound, "topic " + topic + " does not exist"};
}

}  // namespace

struct TopicReader::Impl {
  Client::Ptr client;
  std::vector<base::RawHeader> headers;

  ~Impl() {
    if (client != nullptr) close_consumer(*client);
  }

  rd_kafka_t* handle() const { return client->handle(); }

  Error explain(const Error& error, const std::string& topic) const {
    if (error.code() != ErrorCode::kDenied) return error;
    return {error.code(), error.message() + "; an administrator runs: " +
                              acl_command(client->config(), {"Read", "topic", topic})};
  }

  base::Status assign(const TopicPartition& partition, base::Offset begin) {
    const PartitionList list = make_list();
    add(list, partition, begin.get());
    const auto code = rd_kafka_assign(handle(), list.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return client->error(code).with_context(base::to_string(partition));
  }

  /// Tell what came instead of a record, if it ends reading.
  base::Status report(const rd_kafka_message_t& message) const {
    const int code = message.err;
    if (classify(code) != ErrorClass::kFatal) return {};
    const Error error = client->error(code, rd_kafka_message_errstr(&message));
    return explain(error, partition_of(message).topic);
  }

  /// Take one event. Returns true when the range is read or nobody wants more of it.
  base::Result<bool> take(const rd_kafka_message_t& message, const OffsetRange& range,
                          const std::function<bool(const base::RawRecord&)>& receive,
                          bool& wanted) {
    const base::Offset offset(message.offset);
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return offset >= range.end;
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      CORTADO_TRY(report(message));
      return false;
    }
    if (offset < range.begin) return false;
    if (offset >= range.end) return true;
    wanted = receive(to_record(message, headers));
    return !wanted || offset.get() + 1 >= range.end.get();
  }

  base::Result<bool> read(const OffsetRange& range,
                          const std::function<bool(const base::RawRecord&)>& receive) {
    CORTADO_TRY(assign(range.partition, range.begin));
    base::Clock& clock = base::system_clock();
    auto deadline = clock.steady() + kNoProgress;
    const auto give_up = [&] { return clock.steady() >= deadline || client->gives_up(); };
    bool wanted = true;
    while (true) {
      const MessagePtr message(rd_kafka_consumer_poll(handle(), static_cast<int>(kGlance.count())));
      if (auto known = client->verdict()) return *known;
      if (message == nullptr || partition_of(*message) != range.partition) {
        if (!give_up()) continue;
        return client->timed_out("reading " + base::to_string(range.partition));
      }
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        deadline = clock.steady() + kNoProgress;
        client->succeeded();
      }
      CORTADO_ASSIGN(const bool done, take(*message, range, receive, wanted));
      if (done) return wanted;
      if (give_up()) return client->timed_out("reading " + base::to_string(range.partition));
    }
  }
};

TopicReader::TopicReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TopicReader::~TopicReader() = default;

base::Result<std::unique_ptr<TopicReader>> TopicReader::create(const KafkaConfig& config,
                                                               Isolation isolation) {
  auto impl = std::make_unique<Impl>();
  CORTADO_ASSIGN(impl->client, Client::create(config, reader_settings(config, isolation), nullptr));
  rd_kafka_poll_set_consumer(impl->handle());
  return std::unique_ptr<TopicReader>(new TopicReader(std::move(impl)));
}

void TopicReader::set_patience(const base::Patience* patience) {
  impl_->client->set_patience(patience);
}

base::Result<std::vector<OffsetRange>> TopicReader::ranges(const std::string& topic) {
  CORTADO_ASSIGN(const auto count, read_partition_count(*impl_->client, topic, nullptr));
  if (!count) return no_topic(topic);
  std::vector<OffsetRange> all;
  for (int partition = 0; partition < *count; ++partition) {
    CORTADO_ASSIGN(auto one, range({topic, base::Partition(partition)}));
    all.push_back(std::move(one));
  }
  return all;
}

base::Result<OffsetRange> TopicReader::range(const TopicPartition& partition) {
  const auto marks = read_watermarks(*impl_->client, partition);
  if (!marks.ok()) return impl_->explain(marks.error(), partition.topic);
  return OffsetRange{partition, marks->low, marks->high};
}

base::Result<std::optional<base::Offset>> TopicReader::offset_at(const TopicPartition& partition,
                                                                 base::EpochMillis timestamp) {
  const PartitionList list = make_list();
  CORTADO_TRY(retry(
      *impl_->client, base::to_string(partition),
      [&](std::chrono::milliseconds slice) -> int {
        rd_kafka_topic_partition_list_del_by_idx(list.get(), 0);
        add(list, partition, timestamp);
        return ask_offsets(*impl_->client, *list, slice);
      },
      nullptr));
  const std::int64_t offset = list->elems[0].offset;
  if (offset < 0) return std::optional<base::Offset>();
  return std::optional(base::Offset(offset));
}

base::Status TopicReader::read(std::span<const OffsetRange> ranges,
                               const std::function<bool(const base::RawRecord&)>& receive) {
  for (const OffsetRange& range : ranges) {
    if (range.begin >= range.end) continue;
    CORTADO_ASSIGN(const bool more, impl_->read(range, receive));
    if (!more) break;
  }
  rd_kafka_assign(impl_->handle(), nullptr);
  return {};
}

}  // namespace cortado::kafka
