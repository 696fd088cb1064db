// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "hanging_transaction.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

#include "client.h"
#include "cortado/base/log.h"
#include "cortado/kafka/group_admin.h"
#include "cortado/kafka/kafka_lane_log.h"
#include "cortado/stream/pointer.h"
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

/// True if no lane has committed it: the outputs that lie above it are of a former run.
bool was_moved(const stream::LanePosition& position) {
  if (!position.next_offset) return false;
  const auto pointer = stream::parse_pointer(position.pointer);
  return !pointer.ok() || pointer->moved;
}

std::set<TopicPartition> as_set(const std::vector<TopicPartition>& partitions) {
  return {partitions.begin(), partitions.end()};
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
  ends.moved = was_moved(*position);
  if (open_.empty()) return ends;
  auto first = first_open();
  // Who may write the outputs need not be allowed to read them: they pass for the lane's last.
  if (is_denied(first)) first = std::optional(ends.committed.value_or(base::Offset(0)));
  CORTADO_ASSIGN(ends.first_open, std::move(first));
  return ends;
}

/// Enriched records tell before dead letters do: detectors of other groups have letters of the same
/// input records in the same topic.
base::Result<std::optional<base::Offset>> HangingTransaction::first_open() {
  CORTADO_ASSIGN(const auto reader,
                 TopicReader::create(parts_.config, Isolation::kReadUncommitted));
  for (const Target* target : {&parts_.targets.output, &parts_.targets.dead_letters}) {
    CORTADO_ASSIGN(const auto first, first_output(*reader, open_in(target->topic), lane_));
    if (first) return first;
  }
  return std::optional<base::Offset>();
}

std::vector<OffsetRange> HangingTransaction::open_in(const std::string& topic) const {
  std::vector<OffsetRange> ranges;
  for (const OffsetRange& range : open_) {
    if (range.partition.topic == topic) ranges.push_back(range);
  }
  return ranges;
}

base::Status HangingTransaction::look_behind_the_pending(LaneEnds& ends) {
  CORTADO_ASSIGN(const auto group, GroupAdmin::create(parts_.config, Isolation::kReadUncommitted));
  CORTADO_ASSIGN(auto positions, group->committed({&lane_, 1}));
  ends.committed = positions.front().next_offset;
  pointer_ = std::move(positions.front().pointer);
  if (!ends.committed) return {};
  auto looked = look_at_enriched(ends);
  if (looked.ok() || looked.error().code() != ErrorCode::kDenied) return looked;
  ends.last_visible.reset();
  return {};
}

base::Status HangingTransaction::look_at_enriched(LaneEnds& ends) {
  CORTADO_ASSIGN(const auto all, TopicReader::create(parts_.config, Isolation::kReadUncommitted));
  CORTADO_ASSIGN(const auto reader, TopicReader::create(parts_.config, Isolation::kReadCommitted));
  const PendingLane pending{lane_, transactional_id(parts_.config, lane_.partition),
                            *ends.committed};
  for (const TopicPartition& partition : enriched_partitions(parts_.targets, lane_)) {
    CORTADO_ASSIGN(const OffsetRange whole, all->range(partition));
    CORTADO_ASSIGN(OffsetRange visible, reader->range(partition));
    CORTADO_ASSIGN(visible.begin, begin_of_pending(*all, whole, pending));
    if (visible.begin >= visible.end) continue;
    CORTADO_ASSIGN(const auto last, highest_enriched(*reader, {&visible, 1}, lane_));
    ends.last_visible = std::max(ends.last_visible, last);
  }
  CORTADO_ASSIGN(ends.last_open,
                 highest_enriched(*all, open_in(parts_.targets.output.topic), lane_));
  return {};
}

base::Status HangingTransaction::end() {
  CORTADO_ASSIGN(const LaneEnds ends, look());
  switch (decide_ending(ends)) {
    case Ending::kNone:
      // Outputs that wait for the marks of the next commit must not get those of an abort.
      return ends.moved && !ends.first_open ? abort(true) : base::Status();
    case Ending::kAbort:
      warn("aborting it", lane_);
      return abort(ends.moved);
    case Ending::kCommit:
      return commit(ends);
  }
  return {};
}

/// The marks of a transaction of ours end what is open; where the lane was moved, they also part
/// what it wrote before from what it is going to write.
base::Status HangingTransaction::abort(bool moved) {
  std::set<TopicPartition> touched;
  for (const OffsetRange& range : open_) touched.insert(range.partition);
  if (moved) touched.merge(as_set(enriched_partitions(parts_.targets, lane_)));
  const std::string id = transactional_id(parts_.config, lane_.partition);
  const std::array<base::RawHeader, 1> mark{{{kMovedHeader, id}}};
  Transactions& transactions = parts_.transactions;
  DeliveryTracker tracker;
  transactions.begin();
  for (const auto& [topic, partition] : touched) {
    OutgoingRecord record{
        .topic = topic, .partition = partition, .key = kAbortedKey, .value = std::nullopt};
    if (moved) record.headers = mark;
    CORTADO_TRY(parts_.producer.send(record, &tracker));
  }
  CORTADO_TRY(parts_.producer.wait(tracker, parts_.timeout));
  transactions.send_offsets(parts_.source.consumer_handle(), lane_, base::Offset(0), {});
  const bool ended = transactions.sound() && transactions.abort() == stream::CommitResult::kAborted;
  return ended ? base::Status() : not_yet();
}

/// What it was to commit is told to nobody; its last output tells where the lane goes on, be it
/// marked already or not: the next commit does that. The pointer of before leads there as well, by
/// a longer replay.
base::Status HangingTransaction::commit(const LaneEnds& ends) {
  warn("its outputs count already, committing their offset", lane_);
  const base::Offset last = *std::max(ends.last_visible, ends.last_open);
  Transactions& transactions = parts_.transactions;
  transactions.begin();
  transactions.send_offsets(parts_.source.consumer_handle(), lane_, base::Offset(last.get() + 1),
                            pointer_);
  CORTADO_ASSIGN(const auto result, transactions.finish(lane_));
  return result == stream::CommitResult::kCommitted ? base::Status() : not_yet();
}

}  // namespace cortado::kafka
