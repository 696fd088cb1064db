// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_source.h"

#include <utility>

#include <librdkafka/rdkafka.h>

#include "answer_queue.h"
#include "client_settings.h"
#include "consumer_close.h"
#include "cortado/base/clock.h"
#include "cortado/base/log.h"
#include "kafka_source_impl.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using base::TopicPartition;

constexpr std::string_view kComponent = "kafka";
constexpr std::chrono::milliseconds kGlance{200};

constexpr int kCooperativeIsSound = 0x020601ff;

/// A commit that can be given up: rd_kafka_commit() waits as long as no broker answers.
int commit_in_time(Client& client, rd_kafka_topic_partition_list_t& list) {
  const AnswerQueue answers = make_answer_queue(client);
  int code = rd_kafka_commit_queue(client.handle(), &list, answers.get(), nullptr, nullptr);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  while (!client.gives_up()) {
    const AnswerEvent answer = poll_answer(answers);
    if (answer == nullptr) continue;
    code = rd_kafka_event_error(answer.get());
    const auto* told = rd_kafka_event_topic_partition_list(answer.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && told != nullptr && told->cnt > 0)
      code = told->elems[0].err;
    return code;
  }
  return RD_KAFKA_RESP_ERR__TIMED_OUT;
}

void warn_of_cooperative(const KafkaConfig& config) {
  if (config.assignment_strategy != AssignmentStrategy::kCooperativeSticky) return;
  if (rd_kafka_version() >= kCooperativeIsSound) return;
  base::log_warning(kComponent, "cooperative-sticky may rebalance without end in librdkafka " +
                                    std::string(rd_kafka_version_str()) +
                                    " (fixed in 2.6.1); set kafka.assignment_strategy to range");
}

}  // namespace

base::Status KafkaSource::Impl::seek_fetched(const TopicPartition& partition, base::Offset next) {
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

base::Result<PartitionLedger::Entry*> KafkaSource::Impl::owned(const TopicPartition& partition) {
  auto* entry = ledger.find(partition);
  if (entry != nullptr) return entry;
  return Error(ErrorCode::kInvalidArgument, base::to_string(partition) + " is not ours");
}

base::Status KafkaSource::Impl::fetch_sought() {
  if (sought.empty()) return {};
  const auto ready = ledger.ready(std::exchange(sought, {}));
  return ready.empty() ? base::Status() : fetch(ready);
}

void KafkaSource::Impl::close(bool tell) {
  const auto rest = ledger.all();
  if (tell && listener != nullptr && !rest.empty()) listener->revoked(rest);
  closed = true;
  ledger.clear();
  if (listener != nullptr) close_consumer(*client);
}

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

void KafkaSource::set_patience(const base::Patience* patience) {
  impl_->client->set_patience(patience);
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
  CORTADO_TRY(impl_->fetch_sought());
  while (received < limit) {
    // What is here already is taken without a look at the clock or at the client's health.
    std::chrono::milliseconds wait{0};
    if (received == 0) {
      if (auto error = impl_->broken()) return *error;
      wait = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady()),
                        std::chrono::milliseconds(0), kGlance);
    }
    const MessagePtr message(
        rd_kafka_consumer_poll(impl_->handle(), static_cast<int>(wait.count())));
    if (message != nullptr) {
      received += impl_->receive(*message, receiver) ? 1 : 0;
      if (impl_->failure) break;
    } else if (received > 0 || wait.count() <= 0) {
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
  // The next poll, or the end of the callback, hands over all that were sought meanwhile at once.
  impl_->sought.push_back(partition);
  return {};
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

base::Result<std::vector<base::Offset>> KafkaSource::stable_ends(
    std::span<const base::TopicPartition> partitions) {
  return read_offsets(*impl_->client, partitions, Mark::kEnd, nullptr);
}

base::Result<stream::CommitResult> KafkaSource::commit(const TopicPartition& partition,
                                                       base::Offset next,
                                                       std::string_view pointer) {
  if (impl_->closed) return stream::CommitResult::kAborted;
  int code = RD_KAFKA_RESP_ERR_NO_ERROR;
  const base::Status done = retry(
      *impl_->client, "commit " + base::to_string(partition),
      [&](std::chrono::milliseconds) -> int {
        const PartitionList list = make_list();
        add(list, partition, next.get(), pointer);
        return code = commit_in_time(*impl_->client, *list);
      },
      nullptr);
  if (done.ok()) return stream::CommitResult::kCommitted;
  if (code == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID) return stream::CommitResult::kFenced;
  const ErrorClass kind = classify(code);
  if (kind == ErrorClass::kFatal) return done.error();
  base::log_warning(kComponent, "an offset was not committed: " + done.error().message());
  return kind == ErrorClass::kAbortable ? stream::CommitResult::kAborted
                                        : stream::CommitResult::kUnknown;
}

base::Result<base::Offset> KafkaSource::first_offset(const TopicPartition& partition) {
  CORTADO_ASSIGN(const stream::Watermarks marks, watermarks(partition));
  if (impl_->config.start_from == "earliest") return marks.low;
  if (impl_->config.start_from == "latest") return marks.high;
  CORTADO_ASSIGN(const base::EpochMillis time, parse_start_time(impl_->config.start_from));
  const PartitionList list = make_list();
  CORTADO_TRY(retry(
      *impl_->client, "offset of " + impl_->config.start_from + " in " + base::to_string(partition),
      [&](std::chrono::milliseconds slice) -> int {
        list->cnt = 0;
        add(list, partition, time);
        return ask_offsets(*impl_->client, *list, slice);
      },
      nullptr));
  // No record is as young: what comes next.
  const std::int64_t found = list->elems[0].offset;
  return found < 0 ? marks.high : base::Offset(found);
}

bool KafkaSource::first_offset_moves() const { return impl_->config.start_from != "earliest"; }

bool KafkaSource::owns(const TopicPartition& partition) {
  return impl_->ledger.find(partition) != nullptr && rd_kafka_assignment_lost(impl_->handle()) == 0;
}

rd_kafka_s* KafkaSource::consumer_handle() const { return impl_->handle(); }

SourceCounts KafkaSource::counts() const { return impl_->counts; }

}  // namespace cortado::kafka
