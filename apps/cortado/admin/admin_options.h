// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cortado/dashboard/admin.h"

namespace cortado::app {

enum class AdminView { kAsk, kPartitions, kLag };

/// What `cortado admin` is told.
struct AdminOptions {
  AdminView view = AdminView::kPartitions;
  dashboard::AdminAction action = dashboard::AdminAction::kPause;  ///< of kAsk
  std::string url = "http://127.0.0.1:8080";
  std::string token_file = {};
  std::optional<std::int32_t> partition = {};  ///< -p; none = the whole worker
  std::int64_t wait_s = 60;                    ///< snapshot: so long for it to be durable
};

}  // namespace cortado::app
