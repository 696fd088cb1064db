// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/dashboard/rows.h"

namespace cortado::dashboard {

enum class AdminAction : std::uint8_t { kPause, kResume, kSnapshot };

/// Return "pause", "resume", "snapshot".
std::string_view to_text(AdminAction action);

/// What the holder of the token asks of the engine.
struct AdminRequest {
  AdminAction action = AdminAction::kPause;
  std::optional<base::Partition> partition = {};  ///< none = the whole worker
  std::chrono::milliseconds wait{60'000};         ///< for a snapshot to be durable
};

/// A lane after what was asked.
struct AdminLane {
  base::Partition partition;
  LaneState state = LaneState::kRunning;
  std::string reason = {};        ///< of a lane that has stopped
  base::Offset next_offset = {};  ///< all below is committed
  // Of a snapshot.
  bool durable = false;
  std::int64_t devices = 0;  ///< written since it was asked
  std::int64_t bytes = 0;
};

/// **Errors:** kNotFound: not this worker's partition; kUnsupported: cannot be done here;
/// kUnavailable: not now.
using AdminAnswer = base::Result<std::vector<AdminLane>>;

/// What the dashboard offers to the holder of the token; wiring does it.
class AdminActions {
 public:
  virtual ~AdminActions() = default;
  /// Begin, at once; `done` is called once, on any thread. Called on the server's thread.
  virtual void ask(const AdminRequest& request, std::function<void(AdminAnswer)> done) = 0;
};

/// Who may ask, and whom. Without actions or a token there are no such routes.
struct AdminAccess {
  std::string token = {};
  AdminActions* actions = nullptr;  ///< outlives the dashboard
};

/// Return the token that a file holds, without white space around it. **Errors:** kInvalidConfig
/// unless it has 16 to 1,024 characters, each a visible one of ASCII.
base::Result<std::string> parse_admin_token(std::string_view text);

}  // namespace cortado::dashboard
