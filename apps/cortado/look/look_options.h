// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace cortado::app {

/// Orders of the devices that `top` knows: those of the REST interface.
inline constexpr std::array<const char*, 6> kTopSorts = {"lastAnomaly", "name", "state",
                                                         "score",       "seen", "modelBytes"};

/// What `view`, `tap` and `top` are told beside the configuration; the letters of kcat are as
/// there.
struct LookOptions {
  // view, tap
  std::optional<std::int32_t> partition;  ///< -p; none = all
  std::string offset;                     ///< -o; empty = the command's own default
  // tap
  std::string device;      ///< glob; empty = all
  std::string status;      ///< only records of this status
  std::string format;      ///< -f; empty = the value
  std::int64_t count = 0;  ///< -c; 0 = no end
  bool envelope = false;   ///< -J
  bool until_end = false;  ///< -e
  // top
  std::string url = "http://127.0.0.1:8080";
  std::string sort = "lastAnomaly";
  std::int64_t rows = 0;  ///< 0 = what the terminal holds
  bool once = false;
};

}  // namespace cortado::app
