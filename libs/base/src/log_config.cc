// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cortado/base/log.h"
#include "log_levels.h"

namespace cortado::base {

const std::vector<std::string>& level_names() {
  static const std::vector<std::string> names = {"debug", "info", "warning", "error", "off"};
  return names;
}

Options describe(LogConfig& config) {
  return {
      bind_choice(
          {.path = "log.level", .help = "Write lines of this level and above to standard error."},
          config.level, level_names()),
      bind_choice(
          {.path = "log.format", .help = "text for people, json (one object a line) for machines."},
          config.format, {"text", "json"}),
      bind_string_map(
          {.path = "log.components",
           .help = "Levels of single components by name, winning over log.level: {kafka: debug}."},
          config.components),
      bind_string(
          {.path = "log.level_file",
           .help = "A file whose levels win over log.level and log.components, with lines "
                   "\"level: debug\" or \"kafka: debug\". It is read again when it changes, "
                   "so that levels change without a restart; empty = none."},
          config.level_file),
  };
}

Status check_levels(const LogConfig& config) {
  const auto& names = level_names();
  for (const auto& [component, level] : config.components) {
    if (std::find(names.begin(), names.end(), level) != names.end()) continue;
    return Error(ErrorCode::kInvalidConfig,
                 "log.components." + component +
                     " must be debug, info, warning, error or off, not \"" + level + "\"");
  }
  return {};
}

}  // namespace cortado::base
