// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "engine_admin.h"

#include <utility>

namespace cortado::app {
namespace {

stream::ControlAction engine_action(dashboard::AdminAction action) {
  switch (action) {
    case dashboard::AdminAction::kPause:
      return stream::ControlAction::kPause;
    case dashboard::AdminAction::kResume:
      return stream::ControlAction::kResume;
    case dashboard::AdminAction::kSnapshot:
      break;
  }
  return stream::ControlAction::kSnapshot;
}

dashboard::AdminAnswer answer_of(const stream::ControlAnswer& answer) {
  if (!answer.ok()) return answer.error();
  std::vector<dashboard::AdminLane> lanes;
  for (const stream::ControlledLane& lane : *answer) {
    lanes.push_back({.partition = lane.lane.partition,
                     .state = shown(lane.state),
                     .reason = lane.reason,
                     .next_offset = lane.next_offset,
                     .durable = lane.durable,
                     .devices = lane.devices,
                     .bytes = lane.bytes});
  }
  return lanes;
}

}  // namespace

dashboard::LaneState shown(stream::LaneState state) {
  switch (state) {
    case stream::LaneState::kFencing:
      return dashboard::LaneState::kWaiting;
    case stream::LaneState::kLoading:
      return dashboard::LaneState::kLoading;
    case stream::LaneState::kReplaying:
      return dashboard::LaneState::kReplaying;
    case stream::LaneState::kRunning:
      return dashboard::LaneState::kRunning;
    case stream::LaneState::kPaused:
      return dashboard::LaneState::kPaused;
    case stream::LaneState::kStopped:
      break;
  }
  return dashboard::LaneState::kStopped;
}

void EngineAdmin::ask(const dashboard::AdminRequest& request,
                      std::function<void(dashboard::AdminAnswer)> done) {
  control_.ask(
      {.action = engine_action(request.action),
       .partition = request.partition,
       .patience = request.wait},
      [done = std::move(done)](const stream::ControlAnswer& answer) { done(answer_of(answer)); });
}

base::Result<std::string> read_admin_token(const dashboard::HttpConfig& config,
                                           base::FileSystem& files) {
  const auto text = files.read_file(config.admin_token_file);
  if (text.ok()) return dashboard::parse_admin_token(*text);
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "http.admin_token_file: " + text.error().message());
}

base::Result<dashboard::AdminAccess> admin_access(const dashboard::HttpConfig& config,
                                                  base::FileSystem& files,
                                                  dashboard::AdminActions& actions) {
  if (config.admin_token_file.empty()) return dashboard::AdminAccess{};
  CORTADO_ASSIGN(std::string token, read_admin_token(config, files));
  return dashboard::AdminAccess{.token = std::move(token), .actions = &actions};
}

}  // namespace cortado::app
