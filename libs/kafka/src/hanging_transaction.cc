// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "hanging_transaction.h"

#include <string>
#include <utility>

#include "client.h"
#include "cortado/base/log.h"
#include "cortado/kafka/group_admin.h"
#include "lane_outputs.h"
#include "metadata.h"
#include "stable_position.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using base::TopicPartition;

/// The key of records that only exist to be aborted; a compacted topic takes none without.
constexpr std::string_view kAbortedKey = "cortado.aborted";

base::Error not_yet() {
  return {ErrorCode::kUnavailable,
          "the transaction that a broker left open could not be ended yet"};
}

bool is_denied(const base::Result<std::optional<base::Offset>>& found) {
  return !found.ok() && found.error().code() == ErrorCode::kDenied;
}

void warn(std::string_view what, const TopicPartition& lane) {
  base::log_warning("kafka", "a broker left a transaction open; " + std::string(what),
                    {{"lane", to_string(lane)}});
}

}  // namespace

Ending decide_ending(const LaneEnds& ends) {
  if (!ends.told) {
    // Without a committed offset an old output says nothing: it may be another group's.
    const bool counts =
        ends.committed && ends.last_visible && *ends.last_visible >= *ends.committed;
    return counts ? Ending::kCommit : Ending::kAbort;
  }
  if (!ends.first_open) return ends.deletions_open ? Ending::kAbort : Ending::kNone;
  // Below the committed offset it is the marks of a commit that are missing.
  const bool counts = ends.committed && *ends.first_open < *ends.committed;
  return counts ? Ending::kNone : Ending::kAbort;
}

base::Result<LaneEnds> HangingTransaction::look() {
  auto written = output_partitions(parts_.targets, lane_);
  const std::string& state = parts_.targets.state_topic;
  if (!state.empty() && !written.empty()) written.push_back({state, lane_.partition});
  // In this order: what others end meanwhile does not count as open.
  CORTADO_ASSIGN(const auto all,
                 read_offsets(parts_.producer.client(), written, Mark::kEnd, nullptr));
  CORTADO_ASSIGN(const auto stable, parts_.source.stable_ends(written));
  LaneEnds ends;
  open_.clear();
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (stable[i] >= all[i]) continue;
    open_.push_back({written[i], stable[i], all[i]});
    ends.deletions_open = ends.deletions_open || written[i].topic == state;
  }
  CORTADO_ASSIGN(const auto position,
                 read_stable_position(parts_.producer.client(), lane_, kAdminTimeout));
  ends.told = position.has_value();
  if (!ends.told) {
    CORTADO_TRY(look_behind_the_pending(ends));
    return ends;
  }
  ends.committed = position->next_offset;
  if (open_.empty()) return ends;
  CORTADO_ASSIGN(const auto reader,
                 TopicReader::create(parts_.config, Isolation::kReadUncommitted));
  auto first = first_output(*reader, open_, lane_);
  // Who may write the outputs need not be allowed to read them: they pass for the lane's last.
  if (is_denied(first)) first = std::optional(ends.committed.value_or(base::Offset(0)));
  CORTADO_ASSIGN(ends.first_open, std::move(first));
  return ends;
}

base::Status HangingTransaction::look_behind_the_pending(LaneEnds& ends) {
  CORTADO_ASSIGN(const auto group, GroupAdmin::create(parts_.config, Isolation::kReadUncommitted));
  CORTADO_ASSIGN(auto positions, group->committed({&lane_, 1}));
  ends.committed = positions.front().next_offset;
  pointer_ = std::move(positions.front().pointer);
  CORTADO_ASSIGN(const auto reader, TopicReader::create(parts_.config, Isolation::kReadCommitted));
  auto last = last_output(*reader, output_partitions(parts_.targets, lane_), lane_);
  if (is_denied(last)) last = std::optional<base::Offset>();
  CORTADO_ASSIGN(ends.last_visible, std::move(last));
  return {};
}

base::Status HangingTransaction::end() {
  CORTADO_ASSIGN(const LaneEnds ends, look());
  switch (decide_ending(ends)) {
    case Ending::kNone:
      return {};
    case Ending::kAbort:
      return abort();
    case Ending::kCommit:
      return commit(ends);
  }
  return {};
}

base::Status HangingTransaction::abort() {
  warn("aborting it", lane_);
  Transactions& transactions = parts_.transactions;
  DeliveryTracker tracker;
  transactions.begin();
  for (const auto& range : open_) {
    const auto& [topic, partition] = range.partition;
    CORTADO_TRY(parts_.producer.send(
        {.topic = topic, .partition = partition, .key = kAbortedKey, .value = std::nullopt},
        &tracker));
  }
  CORTADO_TRY(parts_.producer.wait(tracker, parts_.timeout));
  transactions.send_offsets(parts_.source.consumer_handle(), lane_, base::Offset(0), {});
  const bool ended = transactions.sound() && transactions.abort() == stream::CommitResult::kAborted;
  return ended ? base::Status() : not_yet();
}

/// What it was to commit is told to nobody; its last output tells where the lane goes on. The
/// pointer of before leads there as well, by a longer replay.
base::Status HangingTransaction::commit(const LaneEnds& ends) {
  warn("its outputs count already, committing their offset", lane_);
  Transactions& transactions = parts_.transactions;
  transactions.begin();
  transactions.send_offsets(parts_.source.consumer_handle(), lane_,
                            base::Offset(ends.last_visible->get() + 1), pointer_);
  CORTADO_ASSIGN(const auto result, transactions.finish(lane_));
  return result == stream::CommitResult::kCommitted ? base::Status() : not_yet();
}

}  // namespace cortado::kafka
