// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_opening.h"

#include <algorithm>

#include "cortado/base/log.h"
#include "cortado/base/random.h"

namespace cortado::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr nanoseconds kFirstPause = milliseconds{100};
constexpr nanoseconds kLongestPause = milliseconds{5000};

std::string in_ms(nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<milliseconds>(time).count());
}

}  // namespace

void dispose(Background& background, std::unique_ptr<LaneLog> log) {
  if (!log) return;
  background.submit([log = std::shared_ptr<LaneLog>(std::move(log))]() mutable { log.reset(); });
}

void forget_deaths(LaneContext& context, const base::TopicPartition& lane, base::Offset next) {
  context.background.submit(
      [crashes = context.parts.crashes, lane, next] { crashes->passed(lane, next); });
}

LaneOpening::LaneOpening(LaneContext& context, base::TopicPartition partition, OpenRequest request)
    : context_(context),
      partition_(std::move(partition)),
      trust_(request.trust),
      not_before_(request.not_before),
      log_(std::move(request.log)) {
  facts_.lane = partition_;
  facts_.recovery = context_.config.recovery;
  facts_.keeps_state = context_.stores != nullptr;
  facts_.in_topic = context_.state.store == StateStore::kKafka;
  if (facts_.keeps_state) facts_.place = context_.stores->place(partition_);
}

LaneOpening::~LaneOpening() {
  dispose(context_.background, std::move(log_));
  if (fencing_ && fencing_->done()) {
    dispose(context_.background, std::move(fencing_->result().log));
  }
}

LaneState LaneOpening::state() const { return start_ ? LaneState::kLoading : LaneState::kFencing; }

base::Result<std::optional<OpenedLane>> LaneOpening::advance(nanoseconds now) {
  if (now < not_before_) return std::optional<OpenedLane>();
  if (!log_ && !fencing_) {
    if (!context_.parts.source.owns(partition_)) return std::optional<OpenedLane>();
    began_ = now;
    begin_fencing();
  }
  if (fencing_) {
    if (!fencing_->done()) return std::optional<OpenedLane>();
    Fencing fenced = std::move(fencing_->result());
    fencing_.reset();
    if (!fenced.status.ok()) {
      CORTADO_TRY(begin_again(fenced.status.error(), now));
      return std::optional<OpenedLane>();
    }
    log_ = std::move(fenced.log);
  }
  if (!start_) fenced_ = now;
  // Fencing takes long; whoever lost the lane meanwhile must not read on. The next poll says so.
  if (!context_.parts.source.owns(partition_)) return std::optional<OpenedLane>();
  if (!start_) {
    const base::Status read = read_position();
    if (!read.ok()) {
      CORTADO_TRY(begin_again(read.error(), now));
      return std::optional<OpenedLane>();
    }
  }
  if (loading_ && !loading_->done()) return std::optional<OpenedLane>();
  auto opened = finish();
  if (opened.ok()) return std::optional(std::move(opened).value());
  CORTADO_TRY(begin_again(opened.error(), now));
  return std::optional<OpenedLane>();
}

void LaneOpening::begin_fencing() {
  fencing_.emplace(context_.background, Fencing{},
                   [&logs = context_.parts.logs, partition = partition_](Fencing& fencing) {
                     auto log = logs.create(partition);
                     if (!log.ok()) {
                       fencing.status = log.error();
                       return;
                     }
                     fencing.status = (*log)->fence();
                     fencing.log = std::move(log).value();
                   });
}

base::Status LaneOpening::read_position() {
  CORTADO_ASSIGN(facts_.position, log_->position());
  CORTADO_ASSIGN(facts_.watermarks, context_.parts.source.watermarks(partition_));
  if (!facts_.position.next_offset) {
    CORTADO_ASSIGN(facts_.first, context_.parts.source.first_offset(partition_));
  }
  CORTADO_ASSIGN(start_, decide_start(facts_));
  if (!start_->warning.empty()) {
    base::log_warning("stream", start_->warning, {{"lane", to_string(partition_)}});
  }
  return facts_.keeps_state ? begin_loading() : base::Status();
}

base::Status LaneOpening::begin_loading() {
  checkpoint::LaneIdentity identity;
  identity.lane = partition_;
  CORTADO_ASSIGN(identity.partition_count, context_.parts.source.partition_count());
  identity.cluster_id = context_.parts.cluster_id;
  identity.model_hash = context_.parts.operation.model_hash();
  identity.algorithm_version = context_.parts.operation.algorithm_version();
  identity.settings_hash = context_.parts.operation.settings_hash();
  const std::uint64_t writer = base::mix64(context_.parts.run_id + ++context_.opened);
  const bool keep = !evicts(context_.state) || start_->log_is_new;
  const LoadingOrder order{.stores = *context_.stores,
                           .operation = context_.parts.operation,
                           .crashes = context_.parts.crashes,
                           .identity = identity,
                           .writer = writer,
                           .request = request(),
                           .keep = keep,
                           .begins = start_->kind == LaneStart::Kind::kBegin,
                           .committed = start_->committed,
                           .others = lanes_elsewhere(identity.partition_count)};
  loading_.emplace(context_.background, Loading{},
                   [order](Loading& loading) { load_lane(order, loading); });
  return {};
}

std::vector<base::TopicPartition> LaneOpening::lanes_elsewhere(int partitions) const {
  std::vector<base::TopicPartition> others;
  for (int i = 0; i < partitions; ++i) {
    base::TopicPartition lane{partition_.topic, base::Partition(i)};
    if (lane != partition_ && !context_.parts.source.owns(lane)) others.push_back(std::move(lane));
  }
  return others;
}

checkpoint::LoadRequest LaneOpening::request() const {
  const bool lazy = evicts(context_.state) && trust_ == Trust::kUsual && !start_->log_is_new;
  checkpoint::LoadRequest request;
  request.scope = lazy ? checkpoint::LoadScope::kNames : checkpoint::LoadScope::kBlobs;
  if (start_->kind == LaneStart::Kind::kRestore) {
    request.wanted = start_->pointer.snapshot;
    // Whatever is there was never named by a commit.
    if (request.wanted.empty()) request.scope = checkpoint::LoadScope::kNothing;
    const bool moved = start_->pointer.moved || start_->log_is_new;
    if (!moved && !request.wanted.empty()) request.told = start_->committed;
  }
  if (start_->kind == LaneStart::Kind::kNewest && !start_->log_is_new) {
    request.at_most = start_->committed;
  }
  return request;
}

base::Result<OpenedLane> LaneOpening::finish() {
  OpenedLane lane;
  lane.committed = start_->committed;
  lane.start = start_->kind == LaneStart::Kind::kRestore && !start_->log_is_new
                   ? start_->pointer.low_water
                   : start_->committed;
  lane.commit_at_once = facts_.position.next_offset
                            ? start_->kind != LaneStart::Kind::kRestore || start_->log_is_new
                            : start_->committed != facts_.watermarks.low;
  // Where the next one would begin depends on what comes meanwhile.
  lane.commit_first = !facts_.position.next_offset && context_.parts.source.first_offset_moves();
  lane.moved = start_->kind == LaneStart::Kind::kNewest || start_->pointer.moved;
  if (facts_.keeps_state) CORTADO_TRY(take_loaded(lane));
  if (lane.start > lane.committed) return state_ahead(facts_, lane.start, lane.committed);
  CORTADO_ASSIGN(const LaneReplay replay, decide_replay(facts_, lane.start));
  if (replay.lost_records > 0) {
    base::log_error(
        "stream", "the log deleted records before they were read; going on without them",
        {{"lane", to_string(partition_)}, {"records", std::to_string(replay.lost_records)}});
  }
  lane.start = replay.start;
  lane.committed = std::max(lane.committed, lane.start);
  CORTADO_TRY(decide_crashes(lane));
  CORTADO_TRY(take_stamps(lane));
  CORTADO_TRY(context_.parts.source.seek(partition_, lane.start));
  base::log_info("stream", "lane is open",
                 {{"lane", to_string(partition_)},
                  {"offset", std::to_string(lane.committed.get())},
                  {"replay_from", std::to_string(lane.start.get())},
                  {"devices", std::to_string(lane.devices.size())},
                  {"fence_ms", in_ms(began_.count() > 0 ? fenced_ - began_ : nanoseconds{0})},
                  {"load_ms", in_ms(context_.parts.clock.steady() - fenced_)}});
  lane.log = std::move(log_);
  return lane;
}

base::Status LaneOpening::begin_again(const base::Error& error, nanoseconds now) {
  const bool may_help =
      error.code() == base::ErrorCode::kUnavailable || error.code() == base::ErrorCode::kLocked;
  if (!may_help) return error;
  base::log_warning("stream", "a lane cannot be opened yet: " + error.message(),
                    {{"lane", to_string(partition_)}});
  dispose(context_.background, std::move(log_));
  start_.reset();
  loading_.reset();
  not_before_ = now + std::min(kLongestPause, kFirstPause * (1 << std::min(attempts_, 10)));
  ++attempts_;
  waits_for_ = error.message();
  return {};
}

}  // namespace cortado::stream
