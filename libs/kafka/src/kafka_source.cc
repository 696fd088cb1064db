// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_source.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "commands.h"
#include "consumer_close.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "message.h"
#include "metadata.h"
#include "partition_ledger.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using base::TopicPartition;

constexpr std::string_view kComponent = "kafka";
constexpr std::chrono::milliseconds kGlance{200};
// A topic just created may be unknown to some brokers for a moment.
constexpr std::chrono::seconds kUnknownTopicPatience{10};

ClientSettings source_settings(const KafkaConfig& config) {
  ClientSettings settings{
      .kind = ClientKind::kConsumer,
      .defaults = {{"fetch.wait.max.ms", "50"},
                   {"session.timeout.ms", "10000"},
                   {"heartbeat.interval.ms", "500"},
                   {"socket.nagle.disable", "true"}},
      .fixed = {{"group.id", config.group_id},
                {"enable.auto.commit", "false"},
                {"enable.auto.offset.store", "false"},
                {"auto.offset.reset", "error"},
                {"isolation.level", "read_committed"},
                {"allow.auto.create.topics", "false"},
                {"partition.assignment.strategy",
                 config.assignment_strategy == AssignmentStrategy::kRange ? "range"
                                                                          : "cooperative-sticky"}},
      .rebalance_events = true};
  if (!config.instance_id.empty())
    settings.fixed.emplace_back("group.instance.id", config.instance_id);
  return settings;
}

void warn_of_cooperative(const KafkaConfig& config) {
  if (config.assignment_strategy != AssignmentStrategy::kCooperativeSticky) return;
  if (rd_kafka_version() >= 0x020601ff) return;
  base::log_warning(kComponent, "cooperative-sticky may rebalance without end in librdkafka " +
                                    std::string(rd_kafka_version_str()) +
                                    " (fixed in 2.6.1); set kafka.assignment_strategy to range");
}

}  // namespace

struct KafkaSource::Impl final : ClientEvents {
  KafkaConfig config;
  Client::Ptr client;
  stream::AssignmentListener* listener = nullptr;
  PartitionLedger ledger;
  std::vector<base::RawHeader> headers;
  std::optional<Error> failure;  ///< met within a callback, reported by the next poll
  std::optional<std::chrono::nanoseconds> unknown_topic_since;
  std::atomic<bool> closed{false};
  std::atomic<int> last_commit{RD_KAFKA_RESP_ERR_NO_ERROR};
  bool in_callback = false;
  SourceCounts counts;

  rd_kafka_t* handle() const { return client->handle(); }
  bool eager() const {
    return std::string_view(rd_kafka_rebalance_protocol(handle())) != "COOPERATIVE";
  }

  // --- Partitions coming and going ---

  void rebalanced(int code, rd_kafka_topic_partition_list_s* list) override {
    in_callback = true;
    const auto partitions = to_partitions(list);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !closed) {
      assigned(partitions);
    } else {
      revoked(code, partitions);
    }
    in_callback = false;
  }

  void assigned(const std::vector<TopicPartition>& partitions) {
    log_change("partitions assigned", partitions);
    unknown_topic_since.reset();
    client->succeeded();
    for (const auto& partition : partitions) ledger.add(partition);
    listener->assigned(partitions);
    note(fetch(ledger.ready(partitions)));
  }

  void revoked(int code, const std::vector<TopicPartition>& partitions) {
    const bool lost = rd_kafka_assignment_lost(handle()) != 0;
    if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS &&
        code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
      note(client->error(code).with_context("rebalance"));
    if (!closed) {
      log_change(lost ? "partitions lost" : "partitions revoked", partitions);
      if (lost) {
        listener->lost(partitions);
      } else {
        listener->revoked(partitions);
      }
    }
    release(ledger.fetched(partitions));
    for (const auto& partition : partitions) ledger.remove(partition);
  }

  void release(const std::vector<TopicPartition>& partitions) {
    if (eager()) {
      rd_kafka_assign(handle(), nullptr);
      return;
    }
    const PartitionList list = make_list();
    for (const auto& partition : partitions) add(list, partition, RD_KAFKA_OFFSET_INVALID);
    note(take(rd_kafka_incremental_unassign(handle(), list.get())));
  }

  /// Let librdkafka fetch these too, each from its expected offset.
  base::Status fetch(const std::vector<TopicPartition>& partitions) {
    for (const auto& partition : partitions) ledger.find(partition)->fetching = true;
    CORTADO_TRY(eager() ? assign_whole() : assign_more(partitions));
    for (const auto& partition : partitions)
      if (ledger.find(partition)->paused) CORTADO_TRY(set_paused(partition, true));
    return {};
  }

  PartitionList positions(const std::vector<TopicPartition>& partitions) {
    PartitionList list = make_list();
    for (const auto& partition : partitions)
      add(list, partition, ledger.find(partition)->expected->get());
    return list;
  }

  /// An eager group's assignment can only be replaced.
  base::Status assign_whole() {
    const auto fetched = ledger.fetched(ledger.all());
    const auto code = rd_kafka_assign(handle(), positions(fetched).get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return client->error(code).with_context("assign");
    for (const auto& partition : fetched)
      if (ledger.find(partition)->paused) CORTADO_TRY(set_paused(partition, true));
    return {};
  }

  base::Status assign_more(const std::vector<TopicPartition>& partitions) {
    return take(rd_kafka_incremental_assign(handle(), positions(partitions).get()));
  }

  base::Status take(rd_kafka_error_t* error) const {
    if (error == nullptr) return {};
    const Error ours = client->error(rd_kafka_error_code(error), rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    return ours;
  }

  void note(const base::Status& status) {
    if (!status.ok() && !failure) failure = status.error();
  }

  static void log_change(std::string_view what, const std::vector<TopicPartition>& partitions) {
    std::string names;
    for (const auto& partition : partitions)
      names += (names.empty() ? "" : " ") + base::to_string(partition);
    base::log_info(kComponent, what, {{"partitions", names}});
  }

  // --- Records ---

  /// Hand over one message; false if it was none that counts.
  bool receive(const rd_kafka_message_t& message, stream::RecordReceiver& receiver) {
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      report(message);
      return false;
    }
    const Arrival arrival = ledger.arrive(partition_of(message), base::Offset(message.offset));
    if (arrival == Arrival::kStale || arrival == Arrival::kForeign) {
      ++counts.dropped;
      return false;
    }
    if (arrival == Arrival::kGap) ++counts.gaps;
    ++counts.records;
    receiver.receive(to_record(message, headers));
    return true;
  }

  /// What came instead of a record: remember what no retry mends.
  void report(const rd_kafka_message_t& message) {
    const int code = message.err;
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF || code == RD_KAFKA_RESP_ERR__DESTROY) return;
    const Error error = client->error(code, rd_kafka_message_errstr(&message));
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
      if (!unknown_topic_since) unknown_topic_since = base::system_clock().steady();
      return;
    }
    if (classify(code) != ErrorClass::kFatal) {
      base::log_warning(kComponent, error.message());
      return;
    }
    note(explain(error, code, partition_of(message)));
  }

  Error explain(const Error& error, int code, const TopicPartition& partition) const {
    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
      return {ErrorCode::kNotFound,
              error.message() + ": " + base::to_string(partition) +
                  " no longer holds the next record to read; raise the topic's retention, or start "
                  "afresh by removing the state"};
    }
    if (error.code() != ErrorCode::kDenied) return error;
    const MissingRight right = code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED
                                   ? MissingRight{"Read", "group", config.group_id}
                                   : MissingRight{"Read", "topic", config.input_topic};
    return {error.code(),
            error.message() + "; an administrator runs: " + acl_command(config, right)};
  }

  /// What must end poll().
  std::optional<Error> broken() const {
    if (failure) return failure;
    if (auto known = client->verdict()) return known;
    if (unknown_topic_since &&
        base::system_clock().steady() - *unknown_topic_since > kUnknownTopicPatience) {
      return Error(ErrorCode::kNotFound,
                   "topic " + config.input_topic + " does not exist (any more): create it first");
    }
    return std::nullopt;
  }

  // --- Positions ---

  base::Status seek_fetched(const TopicPartition& partition, base::Offset next) {
    const auto attempt = [&](std::chrono::milliseconds) -> int {
      const PartitionList list = make_list();
      add(list, partition, next.get());
      rd_kafka_error_t* error = rd_kafka_seek_partitions(handle(), list.get(), 5'000);
      const int code = error != nullptr ? rd_kafka_error_code(error) : list->elems[0].err;
      if (error != nullptr) rd_kafka_error_destroy(error);
      // The partition has not begun yet, or another seek is under way.
      return code == RD_KAFKA_RESP_ERR__STATE ? RD_KAFKA_RESP_ERR__PREV_IN_PROGRESS : code;
    };
    return retry(*client, "seek " + base::to_string(partition), attempt, nullptr);
  }

  base::Status set_paused(const TopicPartition& partition, bool paused) {
    const PartitionList list = make_list();
    add(list, partition, RD_KAFKA_OFFSET_INVALID);
    const auto code = paused ? rd_kafka_pause_partitions(handle(), list.get())
                             : rd_kafka_resume_partitions(handle(), list.get());
    const int worst = code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : list->elems[0].err;
    if (worst == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    return client->error(worst).with_context((paused ? "pause " : "resume ") +
                                             base::to_string(partition));
  }

  base::Result<PartitionLedger::Entry*> owned(const TopicPartition& partition) {
    auto* entry = ledger.find(partition);
    if (entry != nullptr) return entry;
    return Error(ErrorCode::kInvalidArgument, base::to_string(partition) + " is not ours");
  }

  /// Log the first failure of a row: one rebalance may refuse many commits.
  void committed(int code) override {
    const int before = last_commit.exchange(code);
    // _NO_OFFSET: there was nothing to commit.
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR__NO_OFFSET) {
      client->succeeded();
    } else if (before != code) {
      base::log_warning(kComponent, "the offset for display was not committed: " +
                                        client->error(code).message());
    }
  }

  void close(bool tell) {
    const auto rest = ledger.all();
    if (tell && listener != nullptr && !rest.empty()) listener->revoked(rest);
    closed = true;
    ledger.clear();
    if (listener != nullptr) close_consumer(*client);
  }
};

KafkaSource::KafkaSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

KafkaSource::~KafkaSource() {
  if (!impl_->closed) impl_->close(false);
}

base::Result<std::unique_ptr<KafkaSource>> KafkaSource::create(const KafkaConfig& config) {
  CORTADO_TRY(validate(config));
  warn_of_cooperative(config);
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  CORTADO_ASSIGN(impl->client, Client::create(config, source_settings(config), impl.get()));
  return std::unique_ptr<KafkaSource>(new KafkaSource(std::move(impl)));
}

base::Status KafkaSource::start(stream::AssignmentListener& listener) {
  impl_->listener = &listener;
  rd_kafka_poll_set_consumer(impl_->handle());
  const PartitionList topics = make_list();
  rd_kafka_topic_partition_list_add(topics.get(), impl_->config.input_topic.c_str(),
                                    RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(impl_->handle(), topics.get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return impl_->client->error(code).with_context("subscribe");
}

base::Result<stream::SourceState> KafkaSource::poll(std::chrono::milliseconds timeout,
                                                    std::size_t limit,
                                                    stream::RecordReceiver& receiver) {
  base::Clock& clock = base::system_clock();
  const auto deadline = clock.steady() + timeout;
  std::size_t received = 0;
  while (received < limit) {
    if (auto error = impl_->broken()) return *error;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady());
    const auto wait = received > 0 ? std::chrono::milliseconds(0)
                                   : std::clamp(left, std::chrono::milliseconds(0), kGlance);
    const MessagePtr message(
        rd_kafka_consumer_poll(impl_->handle(), static_cast<int>(wait.count())));
    if (message != nullptr) {
      received += impl_->receive(*message, receiver) ? 1 : 0;
    } else if (received > 0 || left.count() <= 0) {
      break;
    }
  }
  if (auto error = impl_->broken()) return *error;
  if (received > 0) impl_->client->succeeded();
  return stream::SourceState::kOpen;
}

base::Status KafkaSource::seek(const base::TopicPartition& partition, base::Offset next) {
  CORTADO_ASSIGN(auto* const entry, impl_->owned(partition));
  CORTADO_ASSIGN(const stream::Watermarks marks, watermarks(partition));
  if (next < marks.low || next > marks.high) {
    return Error(ErrorCode::kNotFound, base::to_string(partition) + " has no offset " +
                                           std::to_string(next.get()) + ": it holds " +
                                           std::to_string(marks.low.get()) + " to " +
                                           std::to_string(marks.high.get()));
  }
  entry->expected = next;
  if (entry->fetching) return impl_->seek_fetched(partition, next);
  // Within the callback the whole assignment is handed over at its end.
  return impl_->in_callback ? base::Status() : impl_->fetch({partition});
}

base::Status KafkaSource::pause(const base::TopicPartition& partition) {
  CORTADO_ASSIGN(auto* const entry, impl_->owned(partition));
  if (entry->paused) return {};
  if (entry->fetching) CORTADO_TRY(impl_->set_paused(partition, true));
  entry->paused = true;
  return {};
}

base::Status KafkaSource::resume(const base::TopicPartition& partition) {
  CORTADO_ASSIGN(auto* const entry, impl_->owned(partition));
  if (!entry->paused) return {};
  if (entry->fetching) CORTADO_TRY(impl_->set_paused(partition, false));
  entry->paused = false;
  return {};
}

base::Result<stream::Watermarks> KafkaSource::watermarks(const base::TopicPartition& partition) {
  return read_watermarks(*impl_->client, partition);
}

base::Result<int> KafkaSource::partition_count() {
  CORTADO_ASSIGN(const std::optional<int> count,
                 read_partition_count(*impl_->client, impl_->config.input_topic, nullptr));
  if (count) return *count;
  return Error(ErrorCode::kNotFound,
               "topic " + impl_->config.input_topic + " does not exist: create it first");
}

void KafkaSource::close() {
  if (!impl_->closed) impl_->close(true);
}

base::Result<stream::LanePosition> KafkaSource::committed(const base::TopicPartition& partition) {
  const PartitionList list = make_list();
  add(list, partition, RD_KAFKA_OFFSET_INVALID);
  CORTADO_TRY(retry(
      *impl_->client, "committed offset of " + base::to_string(partition),
      [&](std::chrono::milliseconds) -> int {
        const auto code = rd_kafka_committed(impl_->handle(), list.get(), 2'000);
        return code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : list->elems[0].err;
      },
      nullptr));
  const auto& found = list->elems[0];
  if (found.offset < 0) return stream::LanePosition{};
  return stream::LanePosition{
      base::Offset(found.offset),
      std::string(static_cast<const char*>(found.metadata), found.metadata_size)};
}

void KafkaSource::commit_for_display(const base::TopicPartition& partition, base::Offset next,
                                     std::string_view pointer) {
  if (impl_->closed) return;
  const PartitionList list = make_list();
  add(list, partition, next.get());
  auto& element = list->elems[0];
  element.metadata = std::malloc(pointer.size() + 1);  // librdkafka frees it with the list
  if (element.metadata != nullptr) {
    std::memcpy(element.metadata, pointer.data(), pointer.size());
    static_cast<char*>(element.metadata)[pointer.size()] = 0;
    element.metadata_size = pointer.size();
  }
  const auto code = rd_kafka_commit(impl_->handle(), list.get(), 1);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) impl_->committed(code);
}

SourceCounts KafkaSource::counts() const { return impl_->counts; }

}  // namespace cortado::kafka
