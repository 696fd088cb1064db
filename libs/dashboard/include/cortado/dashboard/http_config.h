// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::dashboard {

/// Where the page is served and what it may cost.
struct HttpConfig {
  std::string listen = "127.0.0.1:8080";       ///< host:port; port 0 = any free one
  std::int64_t max_streams = 64;               ///< live event streams at once; more get a 503
  std::int64_t history = 2'000;                ///< points kept per device
  std::int64_t history_memory = 256LL << 20;   ///< bytes for the points of all devices together
  std::int64_t former_records = 2'000;         ///< of each partition, shown after a start
  std::chrono::milliseconds refresh{100};      ///< the shortest time between two live updates
  std::chrono::milliseconds heartbeat{5'000};  ///< an idle stream hears from us this often
  /// A device without a record for so long is silent; 0 = by its own usual gap.
  std::chrono::milliseconds silent_after{0};
  /// Origins whose pages may show ours in a frame, as "https://notes.example".
  std::vector<std::string> frame_ancestors = {};
  /// Further names by which changes may be asked for, without ports.
  std::vector<std::string> allowed_hosts = {};
  std::string admin_token_file = {};  ///< empty = nothing can be asked of the engine
};

/// Describe the keys under "http".
base::Options describe(HttpConfig& config);

/// Check that `listen` and `frame_ancestors` can be understood, without listening. **Errors:**
/// kInvalidConfig.
base::Status validate(const HttpConfig& config);

}  // namespace cortado::dashboard
