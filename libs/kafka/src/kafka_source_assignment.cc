// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <librdkafka/rdkafka.h>

#include "cortado/base/log.h"
#include "kafka_source_impl.h"
#include "rebalance_protocol.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::TopicPartition;

constexpr std::string_view kComponent = "kafka";

}  // namespace

void KafkaSource::Impl::rebalanced(int code, rd_kafka_topic_partition_list_s* list) {
  in_callback = true;
  const auto partitions = to_partitions(list);
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && !closed) {
    assigned(partitions);
  } else {
    revoked(code, partitions);
  }
  in_callback = false;
}

void KafkaSource::Impl::assigned(const std::vector<TopicPartition>& partitions) {
  log_change("partitions assigned", partitions);
  unknown_topic_since.reset();
  client->succeeded();
  for (const auto& partition : partitions) ledger.add(partition);
  listener->assigned(partitions);
  sought.clear();
  // All of them: the listener may have sought one that an earlier call assigned.
  note(fetch(ledger.ready(ledger.all())));
}

void KafkaSource::Impl::revoked(int code, const std::vector<TopicPartition>& partitions) {
  const bool lost = rd_kafka_assignment_lost(handle()) != 0;
  if (code != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS && code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
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

void KafkaSource::Impl::release(const std::vector<TopicPartition>& partitions) {
  if (is_eager(handle())) {
    rd_kafka_assign(handle(), nullptr);
    return;
  }
  const PartitionList list = make_list();
  for (const auto& partition : partitions) add(list, partition, RD_KAFKA_OFFSET_INVALID);
  note(take(rd_kafka_incremental_unassign(handle(), list.get())));
}

base::Status KafkaSource::Impl::fetch(const std::vector<TopicPartition>& partitions) {
  for (const auto& partition : partitions) ledger.find(partition)->fetching = true;
  // An eager group's assignment can only be replaced as a whole.
  const bool whole = is_eager(handle());
  const auto touched = whole ? ledger.fetched(ledger.all()) : partitions;
  CORTADO_TRY(whole ? assign(touched) : assign_more(touched));
  for (const auto& partition : touched)
    if (ledger.find(partition)->paused) CORTADO_TRY(set_paused(partition, true));
  return {};
}

PartitionList KafkaSource::Impl::positions(const std::vector<TopicPartition>& partitions) {
  PartitionList list = make_list();
  for (const auto& partition : partitions)
    add(list, partition, ledger.find(partition)->expected->get());
  return list;
}

base::Status KafkaSource::Impl::assign(const std::vector<TopicPartition>& partitions) {
  const auto code = rd_kafka_assign(handle(), positions(partitions).get());
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return client->error(code).with_context("assign");
}

base::Status KafkaSource::Impl::assign_more(const std::vector<TopicPartition>& partitions) {
  return take(rd_kafka_incremental_assign(handle(), positions(partitions).get()));
}

base::Status KafkaSource::Impl::take(rd_kafka_error_t* error) const {
  if (error == nullptr) return {};
  const Error ours = client->error(rd_kafka_error_code(error), rd_kafka_error_string(error));
  rd_kafka_error_destroy(error);
  return ours;
}

void KafkaSource::Impl::note(const base::Status& status) {
  if (!status.ok() && !failure) failure = status.error();
}

void KafkaSource::Impl::log_change(std::string_view what,
                                   const std::vector<TopicPartition>& partitions) {
  std::string names;
  for (const auto& partition : partitions)
    names += (names.empty() ? "" : " ") + base::to_string(partition);
  base::log_info(kComponent, what, {{"partitions", names}});
}

base::Status KafkaSource::Impl::set_paused(const TopicPartition& partition, bool paused) {
  const PartitionList list = make_list();
  add(list, partition, RD_KAFKA_OFFSET_INVALID);
  const auto code = paused ? rd_kafka_pause_partitions(handle(), list.get())
                           : rd_kafka_resume_partitions(handle(), list.get());
  const int worst = code != RD_KAFKA_RESP_ERR_NO_ERROR ? code : list->elems[0].err;
  if (worst == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return client->error(worst).with_context((paused ? "pause " : "resume ") +
                                           base::to_string(partition));
}

}  // namespace cortado::kafka
