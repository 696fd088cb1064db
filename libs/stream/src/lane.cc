// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane.h"

#include "cortado/base/log.h"

namespace cortado::stream {
Lane::Lane(LaneContext& context, base::TopicPartition partition, OpenRequest request)
    : context_(context),
      partition_(std::move(partition)),
      opening_(std::make_unique<LaneOpening>(context, partition_, std::move(request))),
      devices_(context.owners, partition_),
      pace_(context.config.max_rate_per_partition, context.config.batch_interval),
      breaker_(context.config.max_bad_share, context.config.bad_share_window) {
  if (context.holds.holds(partition_.partition)) pause(true);
}

Lane::~Lane() {
  let_go();
  dispose(context_.background, std::move(log_));
}

LaneReport Lane::report() const {
  LaneReport report{.lane = partition_,
                    .next_offset = position_known_ ? std::optional(committed_) : std::nullopt,
                    .replayed = replayed_,
                    .devices = static_cast<std::int64_t>(devices_.size()),
                    .resident = static_cast<std::int64_t>(devices_.residents().size())};
  if (error_) {
    report.state = LaneState::kStopped;
    report.reason = error_->message();
  } else if (opening_) {
    report.state = opening_->state();
    report.reason = opening_->waits_for();
  } else if (resuming_ || parked_) {
    report.state = LaneState::kFencing;
  } else {
    report.state = paused_                   ? LaneState::kPaused
                   : processed_ < committed_ ? LaneState::kReplaying
                                             : LaneState::kRunning;
  }
  return report;
}

void Lane::pause(bool paused) {
  paused_ = paused;
  if (error_) return;
  auto& source = context_.parts.source;
  const base::Status told = paused_ || held_ ? source.pause(partition_) : source.resume(partition_);
  // A partition that is not ours any more delivers nothing either.
  if (!told.ok()) base::log_warning("stream", told.error().message());
}

void Lane::advance(std::chrono::nanoseconds now) {
  if (error_ || parked_) return;
  if (resuming_) check_position();
  if (opening_) {
    auto opened = opening_->advance(now);
    if (!opened.ok()) return stop(opened.error());
    if (*opened) take_over(std::move(**opened), now);
  }
  tell_devices(now);
  if (refusal_) return advance_refusal(now);
  if (!snapshots_) return;
  tell_written(snapshots_->advance(now));
  store_refusals(now);
}

void Lane::take_over(OpenedLane opened, std::chrono::nanoseconds now) {
  opening_.reset();
  log_ = std::move(opened.log);
  context_.owners.ours(partition_);
  for (const auto& [other, devices] : opened.elsewhere) context_.owners.elsewhere(other, devices);
  for (StoredDevice& device : opened.devices) devices_.add(std::move(device));
  devices_.refusals().restore(opened.refused, opened.start, opened.store != nullptr);
  knows_refused_ = opened.knows_refused;
  if (!knows_refused_) context_.owners.doubt(partition_);
  told_ = false;
  waits_ = Routing::Wait::kNot;
  replay_seen_ = opened.start;
  replay_seen_at_ = now;
  if (opened.all_dirty) {
    for (Device* device : devices_.residents()) {
      device->dirty = Mark{.offset = opened.start, .time = now};
    }
  }
  if (opened.store) {
    snapshots_ = std::make_unique<LaneSnapshots>(context_, partition_, opened.store, devices_,
                                                 opened.snapshot);
    if (opened.moved) snapshots_->give_up_later();
  }
  expected_ = processed_ = opened.start;
  committed_ = opened.committed;
  floor_ = opened.floor;
  position_known_ = true;
  commit_at_once_ = opened.commit_at_once;
  decides_ = opened.commit_first || !opened.crashes.added.empty();
  guard_ = CrashGuard(std::move(opened.crashes));
  committed_at_ = now;
  // The turn began before this lane's devices were taken over.
  replays_since_ = context_.parts.clock.steady();
  tell_running();
}

bool Lane::park() {
  if (!open() || tainted_ || refusal_ || !context_.parts.logs.remote()) return false;
  let_go();
  buffer_.clear();
  batch_ = 0;
  expected_ = processed_;
  parked_ = true;
  paused_ = false;
  return true;
}

void Lane::resume() {
  parked_ = false;
  resuming_ = true;
  if (context_.holds.holds(partition_.partition)) pause(true);
}

void Lane::check_position() {
  const auto position = log_->position();
  resuming_ = false;
  // Whoever had the lane meanwhile has fenced the log; this only saves a batch that would be
  // refused.
  const bool untouched = position.ok() && position->next_offset &&
                         *position->next_offset == committed_ && position->pointer == pointer_;
  if (untouched && context_.parts.source.seek(partition_, processed_).ok()) return;
  // What it had counts no more.
  context_.owners.release(partition_);
  context_.owners.expect(partition_);
  reopen();
}

void Lane::reopen() {
  dispose(context_.background, std::move(log_));
  snapshots_.reset();
  devices_.clear();
  pointer_.clear();
  named_ = {};
  opening_ = std::make_unique<LaneOpening>(context_, partition_, OpenRequest{});
}

}  // namespace cortado::stream
