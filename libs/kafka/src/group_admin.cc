// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/group_admin.h"

#include <functional>
#include <utility>

#include <librdkafka/rdkafka.h>

#include "client.h"
#include "commands.h"
#include "consumer_close.h"
#include "message.h"
#include "metadata.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

constexpr int kCommittedTime = 2'000;

ClientSettings group_settings(const KafkaConfig& config, Isolation isolation) {
  return {.kind = ClientKind::kConsumer,
          .defaults = {{"socket.nagle.disable", "true"}},
          .fixed = {{"group.id", config.group_id},
                    {"enable.auto.commit", "false"},
                    {"enable.auto.offset.store", "false"},
                    {"isolation.level", to_string(isolation)},
                    {"allow.auto.create.topics", "false"}},
          .rebalance_events = false};
}

/// Positions may also be told to nobody while the brokers answer all else.
Error pending(const Error& error) {
  if (error.code() != ErrorCode::kUnavailable) return error;
  return {error.code(), error.message() +
                            " Or a transaction without an end holds these offsets: a detector of "
                            "this group ends it when it starts"};
}

}  // namespace

struct GroupAdmin::Impl {
  Client::Ptr client;

  ~Impl() {
    if (client != nullptr) close_consumer(*client);
  }

  rd_kafka_t* handle() const { return client->handle(); }

  Error explain(const Error& error) const {
    if (error.code() != ErrorCode::kDenied) return error;
    return {error.code(),
            error.message() + "; an administrator runs: " +
                acl_command(client->config(), {"Read", "group", client->config().group_id})};
  }

  base::Status call(const std::string& what,
                    const std::function<int(std::chrono::milliseconds)>& attempt) {
    const auto status = retry(*client, what, attempt, nullptr);
    if (!status.ok()) return explain(status.error());
    client->succeeded();
    return {};
  }
};

GroupAdmin::GroupAdmin(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
GroupAdmin::~GroupAdmin() = default;

base::Result<std::unique_ptr<GroupAdmin>> GroupAdmin::create(const KafkaConfig& config,
                                                             Isolation isolation) {
  auto impl = std::make_unique<Impl>();
  CORTADO_ASSIGN(impl->client, Client::create(config, group_settings(config, isolation), nullptr));
  rd_kafka_poll_set_consumer(impl->handle());
  return std::unique_ptr<GroupAdmin>(new GroupAdmin(std::move(impl)));
}

base::Result<std::vector<std::string>> GroupAdmin::members() {
  const std::string& group = impl_->client->config().group_id;
  std::vector<std::string> names;
  CORTADO_TRY(impl_->call("members of group " + group, [&](std::chrono::milliseconds slice) -> int {
    const rd_kafka_group_list* list = nullptr;
    const auto code = rd_kafka_list_groups(impl_->handle(), group.c_str(), &list,
                                           static_cast<int>(4 * slice.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
    int error = RD_KAFKA_RESP_ERR_NO_ERROR;
    names.clear();
    for (int i = 0; i < list->group_cnt; ++i) {
      error = list->groups[i].err;
      for (int m = 0; m < list->groups[i].member_cnt; ++m) {
        const rd_kafka_group_member_info& member = list->groups[i].members[m];
        names.push_back(std::string(member.client_id) + " on " + member.client_host);
      }
    }
    rd_kafka_group_list_destroy(list);
    return error;
  }));
  return names;
}

base::Result<std::vector<stream::LanePosition>> GroupAdmin::committed(
    std::span<const base::TopicPartition> partitions) {
  const PartitionList list = make_list(static_cast<int>(partitions.size()));
  for (const auto& partition : partitions) add(list, partition, RD_KAFKA_OFFSET_INVALID);
  const auto told = impl_->call("committed offsets", [&](std::chrono::milliseconds) -> int {
    const auto code = rd_kafka_committed(impl_->handle(), list.get(), kCommittedTime);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
    for (int i = 0; i < list->cnt; ++i) {
      if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return list->elems[i].err;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
  });
  if (!told.ok()) return pending(told.error());
  std::vector<stream::LanePosition> positions;
  for (int i = 0; i < list->cnt; ++i) {
    const auto& found = list->elems[i];
    stream::LanePosition position;
    if (found.offset >= 0) {
      position.next_offset = base::Offset(found.offset);
      position.pointer.assign(static_cast<const char*>(found.metadata), found.metadata_size);
    }
    positions.push_back(std::move(position));
  }
  return positions;
}

base::Status GroupAdmin::commit(std::span<const NewPosition> positions) {
  const PartitionList list = make_list(static_cast<int>(positions.size()));
  for (const NewPosition& position : positions)
    add(list, position.partition, position.next.get(), position.pointer);
  const std::string& group = impl_->client->config().group_id;
  bool owned = false;
  CORTADO_TRY(impl_->call("offsets of group " + group, [&](std::chrono::milliseconds) -> int {
    int code = rd_kafka_commit(impl_->handle(), list.get(), 0);
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; ++i)
      code = list->elems[i].err;
    // The broker takes offsets from outside only while nobody is in the group.
    owned = code == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
            code == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
            code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS;
    return owned ? static_cast<int>(RD_KAFKA_RESP_ERR_NO_ERROR) : code;
  }));
  if (!owned) return {};
  return Error(ErrorCode::kLocked, "group " + group +
                                       " has members: stop its workers first (one that was killed "
                                       "counts until its session times out)");
}

}  // namespace cortado::kafka
