// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/file_system.h"
#include "cortado/dashboard/admin.h"
#include "cortado/dashboard/http_config.h"
#include "cortado/stream/engine.h"

namespace cortado::app {

/// Return how the page names a lane's state.
dashboard::LaneState shown(stream::LaneState state);

/// Hands what the page's admin addresses are asked to the engine.
class EngineAdmin final : public dashboard::AdminActions {
 public:
  /// The control outlives it.
  explicit EngineAdmin(stream::EngineControl& control) : control_(control) {}

  void ask(const dashboard::AdminRequest& request,
           std::function<void(dashboard::AdminAnswer)> done) override;

 private:
  stream::EngineControl& control_;
};

/// Return the token in http.admin_token_file. **Errors:** kInvalidConfig: there is no such file, or
/// it holds no good token.
base::Result<std::string> read_admin_token(const dashboard::HttpConfig& config,
                                           base::FileSystem& files);

/// Return who may ask `actions`: whoever knows the token in http.admin_token_file; nobody where
/// there is none. **Errors:** of read_admin_token().
base::Result<dashboard::AdminAccess> admin_access(const dashboard::HttpConfig& config,
                                                  base::FileSystem& files,
                                                  dashboard::AdminActions& actions);

}  // namespace cortado::app
