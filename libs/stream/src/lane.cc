// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane.h"

#include <algorithm>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

/// A lane without records commits its position this often, so that it is not forgotten.
constexpr std::chrono::seconds kRefresh{60};

}  // namespace

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
  } else if (resuming_ || parked_) {
    report.state = LaneState::kFencing;
  } else {
    report.state = paused_                   ? LaneState::kPaused
                   : processed_ < committed_ ? LaneState::kReplaying
                                             : LaneState::kRunning;
  }
  return report;
}

void Lane::stop(base::Error error) {
  if (error_) return;
  base::log_error("stream", "a lane has stopped: " + error.message(),
                  {{"lane", to_string(partition_)}});
  error_ = std::move(error);
  tainted_ = true;
  held_ = false;
  batch_ = 0;
  buffer_.clear();
  if (opening_ && opening_->committed()) {
    committed_ = *opening_->committed();
    position_known_ = true;
  }
  opening_.reset();
  // What it has fetched is of no use; a partition that cannot be paused is passed over as well.
  static_cast<void>(context_.parts.source.pause(partition_));
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
    if (!opened.ok()) return stop(opened.error().with_context(to_string(partition_)));
    if (*opened) take_over(std::move(**opened), now);
  }
  if (!snapshots_) return;
  const base::Status written = judge(snapshots_->advance(now));
  if (written.ok()) return;
  base::log_error("stream", "no snapshot: " + written.error().message(),
                  {{"lane", to_string(partition_)}});
}

void Lane::take_over(OpenedLane opened, std::chrono::nanoseconds now) {
  opening_.reset();
  log_ = std::move(opened.log);
  context_.owners.ours(partition_);
  for (const auto& [other, devices] : opened.elsewhere) context_.owners.elsewhere(other, devices);
  for (StoredDevice& device : opened.devices) devices_.add(std::move(device));
  if (opened.all_dirty) {
    for (Device* device : devices_.residents()) {
      device->dirty = Mark{.offset = opened.start, .time = now};
    }
  }
  if (opened.store) {
    snapshots_ = std::make_unique<LaneSnapshots>(context_, partition_, opened.store, devices_,
                                                 opened.snapshot);
  }
  expected_ = processed_ = opened.start;
  committed_ = opened.committed;
  position_known_ = true;
  commit_at_once_ = opened.commit_at_once;
  decides_ = !opened.crashes.added.empty();
  guard_ = CrashGuard(std::move(opened.crashes));
  committed_at_ = now;
  // The turn began before this lane's devices were taken over.
  replays_since_ = context_.parts.clock.steady();
  tell_running();
}

void Lane::tell_running() {
  if (!replays_since_ || processed_ < committed_) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      context_.parts.clock.steady() - *replays_since_);
  replays_since_.reset();
  base::log_info("stream", "lane runs",
                 {{"lane", to_string(partition_)},
                  {"replayed", std::to_string(replayed_)},
                  {"replay_ms", std::to_string(took.count())}});
}

base::Status Lane::load(const std::vector<Device*>& devices) {
  CORTADO_TRY(judge(snapshots_->read(devices)));
  context_.loads += static_cast<std::int64_t>(devices.size());
  return {};
}

void Lane::evict(std::span<Device* const> devices) {
  std::vector<std::string_view> names;
  for (const Device* device : devices) names.emplace_back(device->name);
  context_.parts.observer.devices_evicted(names);
  devices_.evict(devices);
  context_.evictions += static_cast<std::int64_t>(devices.size());
}

bool Lane::may_leave(const Device& device) const {
  return device.stored && !device.dirty && !device.copied && snapshots_ &&
         named_ == snapshots_->newest();
}

base::Status Lane::judge(base::Status status) {
  if (status.ok() || !evicts(context_.state) || !checkpoint::is_unusable(status.error())) {
    return status;
  }
  damaged_ = tainted_ = true;
  return status;
}

void Lane::receive(const base::RawRecord& record) {
  if (!open() || record.offset < expected_) return;
  buffer_.add(record, partition_.topic);
  expected_ = base::Offset(record.offset.get() + 1);
}

std::size_t Lane::ready(std::chrono::nanoseconds now) {
  const std::size_t rows = buffer_.size();
  if (!pace_.bounded() || rows == 0) return rows;
  const auto records = buffer_.records();
  const auto muted = static_cast<std::size_t>(
      std::partition_point(records.begin(), records.end(),
                           [this](const auto& record) { return record.offset < committed_; }) -
      records.begin());
  return std::min(rows, muted + static_cast<std::size_t>(pace_.allowance(now)));
}

void Lane::lay_out(std::chrono::nanoseconds now) { batch_ = ready(now); }

base::Offset Lane::batch_end() const {
  if (batch_ == buffer_.size()) return expected_;
  if (batch_ == 0) return processed_;
  return base::Offset(batch().back().offset.get() + 1);
}

void Lane::hold_back(bool full, bool low) {
  if (!open() || (held_ ? !low : !full || !pace_.bounded())) return;
  if (held_) return let_go();
  held_ = context_.parts.source.pause(partition_).ok();
}

void Lane::let_go() {
  // Whoever does not own the partition any more has nothing to resume.
  if (held_ && !paused_) static_cast<void>(context_.parts.source.resume(partition_));
  held_ = false;
}

std::string Lane::pointer_at(base::Offset processed) const {
  Pointer pointer{.snapshot = {}, .low_water = {}, .skipped = guard_.skipped()};
  if (snapshots_) pointer.snapshot = snapshots_->newest();
  pointer.low_water = devices_.low_water(processed);
  return format(pointer);
}

std::vector<std::string> Lane::take_discarded() {
  return snapshots_ ? snapshots_->take_discarded() : std::vector<std::string>();
}

void Lane::batch_processed(bool committed, const std::string& pointer,
                           std::chrono::nanoseconds now) {
  const auto rows = batch();
  const std::int64_t muted = std::count_if(
      rows.begin(), rows.end(), [this](const auto& record) { return record.offset < committed_; });
  replayed_ += muted;
  context_.replayed += muted;
  pace_.spend(static_cast<std::int64_t>(rows.size()) - muted);
  processed_ = batch_end();
  buffer_.drop_front(batch_);
  batch_ = 0;
  tell_running();
  if (committed) this->committed(processed_, pointer, now);
  tell_passed();
}

void Lane::tell_passed() {
  const base::Offset done = std::min(processed_, committed_);
  if (context_.parts.crashes == nullptr || !guard_.passed(done)) return;
  forget_deaths(context_, partition_, done);
}

void Lane::committed(base::Offset next, const std::string& pointer, std::chrono::nanoseconds now) {
  committed_ = std::max(committed_, next);
  committed_at_ = now;
  commit_at_once_ = decides_ = false;
  stale_looks_ = 0;
  pointer_ = pointer;
  if (!snapshots_) return;
  named_ = parse_pointer(pointer).value().snapshot;
  snapshots_->named(named_);
}

std::optional<std::chrono::nanoseconds> Lane::snapshot_due(std::chrono::nanoseconds now) const {
  if (!open() || !snapshots_ || tainted_) return std::nullopt;
  return snapshots_->due(now);
}

void Lane::begin_snapshot(std::chrono::nanoseconds now) { snapshots_->begin(facts(), now); }

checkpoint::SnapshotFacts Lane::facts() const {
  return {.next_offset = std::max(processed_, committed_),
          .low_water = processed_,
          .skipped = guard_.skipped()};
}

base::Status Lane::snapshot(std::chrono::nanoseconds now) {
  if (!open() || !snapshots_ || tainted_) return {};
  CORTADO_TRY(judge(snapshots_->write_all(facts(), now)));
  if (named_ == snapshots_->newest()) return {};
  if (context_.patience.over())
    return base::Error(base::ErrorCode::kUnavailable, "no time is left to commit its snapshot");
  const auto result = commit_pointer(now);
  if (!result.ok()) return result.error();
  if (*result == CommitResult::kCommitted) return {};
  taint();
  return base::Error(base::ErrorCode::kUnavailable, "its pointer was not committed");
}

bool Lane::can_snapshot(std::chrono::nanoseconds now) const {
  return open() && snapshots_ && !tainted_ && snapshots_->can_write(now);
}

void Lane::demand_snapshot(std::chrono::nanoseconds now) {
  if (snapshots_) snapshots_->demand(now);
}

std::chrono::nanoseconds Lane::snapshot_demanded() const {
  return snapshots_ ? snapshots_->progress().since : std::chrono::nanoseconds::min();
}

SnapshotProgress Lane::snapshot_progress() const {
  SnapshotProgress progress = snapshots_ ? snapshots_->progress() : SnapshotProgress{};
  progress.durable = progress.durable && named_ == snapshots_->newest();
  return progress;
}

bool Lane::pointer_due(std::chrono::nanoseconds now) {
  if (!open() || tainted_) return false;
  if (commit_at_once_) return true;
  if (context_.parts.logs.remote() && now - committed_at_ >= kRefresh) return true;
  // The next batch carries it; if none comes within a beat, it goes alone.
  const bool behind = snapshots_ && snapshots_->newest() != named_;
  stale_looks_ = behind ? stale_looks_ + 1 : 0;
  return stale_looks_ > 1;
}

base::Result<CommitResult> Lane::commit_pointer(std::chrono::nanoseconds now) {
  const std::string text = pointer_at(processed_);
  CORTADO_TRY(log_->begin());
  CORTADO_TRY(log_->discard(take_discarded()));
  CORTADO_ASSIGN(const CommitResult result, log_->commit(std::max(processed_, committed_), text));
  if (result == CommitResult::kCommitted) committed(processed_, text, now);
  return result;
}

bool Lane::park() {
  if (!open() || tainted_ || !context_.parts.logs.remote()) return false;
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
