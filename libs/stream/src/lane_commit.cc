// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cortado/base/log.h"
#include "lane.h"

namespace cortado::stream {
namespace {

/// A lane without records commits its position this often, so that it is not forgotten.
constexpr std::chrono::seconds kRefresh{60};

}  // namespace

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

std::string Lane::pointer_at(base::Offset processed) const {
  Pointer pointer{.snapshot = {},
                  .low_water = {},
                  .skipped = guard_.skipped(),
                  .dismissed = guard_.dismissed()};
  if (snapshots_) pointer.snapshot = snapshots_->newest();
  pointer.low_water = devices_.low_water(processed);
  return format(pointer);
}

std::vector<std::string> Lane::take_discarded() {
  return snapshots_ ? snapshots_->take_discarded() : std::vector<std::string>();
}

void Lane::committed(base::Offset next, const std::string& pointer, std::chrono::nanoseconds now) {
  committed_ = std::max(committed_, next);
  committed_at_ = now;
  commit_at_once_ = decides_ = false;
  stale_looks_ = 0;
  pointer_ = pointer;
  tell_running();
  if (!snapshots_) return;
  named_ = parse_pointer(pointer).value().snapshot;
  snapshots_->named(named_);
}

std::optional<std::chrono::nanoseconds> Lane::snapshot_due(std::chrono::nanoseconds now) const {
  if (!open() || !snapshots_ || tainted_) return std::nullopt;
  return snapshots_->due(now);
}

void Lane::begin_snapshot(std::chrono::nanoseconds now) {
  tell_written(snapshots_->begin(facts(), now));
}

void Lane::tell_written(const base::Status& written) {
  if (judge(written).ok()) return;
  base::log_error("stream", "no snapshot: " + written.error().message(),
                  {{"lane", to_string(partition_)}});
}

checkpoint::SnapshotFacts Lane::facts() const {
  return {.next_offset = std::max(processed_, committed_),
          .low_water = processed_,
          .skipped = guard_.skipped(),
          .floor = floor_};
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

}  // namespace cortado::stream
