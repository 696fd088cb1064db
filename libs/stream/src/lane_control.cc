// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_control.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

base::Error not_ours(base::Partition partition) {
  return {base::ErrorCode::kNotFound,
          "partition " + std::to_string(partition.get()) +
              " is not one of this worker's; ask the worker that has it"};
}

ControlledLane as_it_is(const Lane& lane) {
  const LaneReport report = lane.report();
  return {.lane = report.lane,
          .state = report.state,
          .reason = report.reason,
          .next_offset = report.next_offset.value_or(base::Offset())};
}

/// True while records flow or may not because somebody said so: what a snapshot can be taken of.
bool is_up(const Lane& lane) {
  const LaneState state = lane.report().state;
  return state == LaneState::kRunning || state == LaneState::kPaused;
}

}  // namespace

void LaneControl::run() {
  if (control_ == nullptr) return;
  for (auto& asked : control_->take()) take(std::move(asked));
  if (!waiting_.empty()) advance_snapshots();
}

void LaneControl::close() {
  if (control_ == nullptr) return;
  control_->close();
  for (const Waiting& waiting : std::exchange(waiting_, {})) {
    waiting.asked.done(base::Error(base::ErrorCode::kUnavailable,
                                   "the engine is leaving; it takes its last snapshot by itself"));
  }
}

void LaneControl::take(EngineControl::Asked asked) {
  const ControlRequest& request = asked.request;
  // Also where the partition is another worker's now: it may come back.
  if (request.action == ControlAction::kResume && request.partition)
    context_.holds.hold(*request.partition, false);
  auto lanes = lanes_of(request);
  if (!lanes.ok()) return asked.done(lanes.error());
  if (request.action != ControlAction::kSnapshot) return asked.done(set_holds(request, *lanes));
  if (context_.stores == nullptr) {
    return asked.done(base::Error(base::ErrorCode::kUnsupported,
                                  "this worker keeps no state: set state.dir or state.store"));
  }
  waiting_.push_back({std::move(asked), std::move(lanes).value(), context_.parts.clock.steady()});
}

base::Result<std::vector<base::TopicPartition>> LaneControl::lanes_of(
    const ControlRequest& request) const {
  std::vector<base::TopicPartition> lanes;
  for (const LaneReport& report : lanes_.reports()) {
    if (!request.partition || report.lane.partition == *request.partition)
      lanes.push_back(report.lane);
  }
  if (request.partition && lanes.empty()) return not_ours(*request.partition);
  return lanes;
}

ControlAnswer LaneControl::set_holds(const ControlRequest& request,
                                     const std::vector<base::TopicPartition>& lanes) {
  const bool held = request.action == ControlAction::kPause;
  if (request.partition && !held && context_.holds.all()) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "the whole worker is paused; resume it without naming a partition");
  }
  if (!request.partition) context_.holds.hold_all(held);
  std::vector<ControlledLane> answer;
  for (const auto& partition : lanes) {
    if (request.partition) context_.holds.hold(partition.partition, held);
    Lane* const lane = lanes_.lane(partition);
    lane->pause(held);
    answer.push_back(as_it_is(*lane));
  }
  const std::string which =
      request.partition ? "partition " + std::to_string(request.partition->get()) : "all lanes";
  base::log_info("stream", which + (held ? " paused on request" : " resumed on request"));
  return answer;
}

void LaneControl::advance_snapshots() {
  const std::chrono::nanoseconds now = context_.parts.clock.steady();
  std::vector<Waiting> left;
  for (Waiting& waiting : waiting_) {
    if (auto answer = look(waiting, now)) {
      waiting.asked.done(std::move(*answer));
    } else {
      left.push_back(std::move(waiting));
    }
  }
  waiting_ = std::move(left);
  // Not only at the end of a batch: a paused lane has none.
  if (!waiting_.empty()) lanes_.snapshot_due();
}

std::optional<ControlAnswer> LaneControl::look(const Waiting& waiting,
                                               std::chrono::nanoseconds now) {
  std::vector<ControlledLane> answer;
  bool done = true;
  for (const auto& partition : waiting.lanes) {
    Lane* const lane = lanes_.lane(partition);
    if (lane == nullptr) return not_ours(partition.partition);
    answer.push_back(as_it_is(*lane));
    if (lane->error()) return *lane->error();
    // A lane that was opened anew meanwhile knows nothing of the wish.
    if (is_up(*lane) && lane->snapshot_demanded() < waiting.since) lane->demand_snapshot(now);
    const SnapshotProgress progress = lane->snapshot_progress();
    if (progress.error) return progress.error->with_context(to_string(partition));
    answer.back().durable = is_up(*lane) && progress.durable;
    answer.back().devices = progress.devices;
    answer.back().bytes = progress.bytes;
    done = done && answer.back().durable;
  }
  if (!done && now - waiting.since < waiting.asked.request.patience) return std::nullopt;
  return answer;
}

}  // namespace cortado::stream
