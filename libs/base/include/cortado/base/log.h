// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "cortado/base/option.h"
#include "cortado/base/result.h"

namespace cortado::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };
enum class LogFormat { kText, kJson };

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  /// Levels of single components, by name ("kafka", "stream"); they win over `level`.
  std::map<std::string, std::string> components = {};
  /// Where levels stand that change while the program runs; empty = nowhere.
  std::string level_file = {};
};

/// Describe LogConfig's keys under "log".
Options describe(LogConfig& config);

/// **Errors:** kInvalidConfig for an unknown level of a component.
Status check_levels(const LogConfig& config);

/// One named fact of a log line.
struct LogField {
  std::string_view name;
  std::string value;
};

/// Send log lines to standard error from now on, as `config` says. Before the first call warnings
/// and errors are written as text. Thread-safe. **Errors:** kInvalidConfig for an unknown level of
/// a component.
Status configure_log(const LogConfig& config);

/// Return `config` with the levels of a level file in place of its own: lines "level: <level>" or
/// "<component>: <level>", "#" begins a comment. **Errors:** kInvalidConfig naming the line.
Result<LogConfig> with_levels(const LogConfig& config, std::string_view text);

/// True if a line of this component and level would be written.
bool log_enabled(LogLevel level, std::string_view component);

/// Write one line: time, level, component, message, fields. Control characters are escaped.
/// Thread-safe.
void log(LogLevel level, std::string_view component, std::string_view message,
         std::initializer_list<LogField> fields = {});

/// Hears a line that was written: its component, and message with fields as one text.
using LogListener =
    std::function<void(LogLevel level, std::string_view component, std::string_view text)>;
/// Let `listener` hear every written line of level warning and above, on the thread that logs it
/// and one at a time; an empty one ends that. It must be quick and must not log. When the call
/// returns the former listener is not running any more.
void set_log_listener(LogListener listener);

inline void log_info(std::string_view component, std::string_view message,
                     std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, component, message, fields);
}
inline void log_warning(std::string_view component, std::string_view message,
                        std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarning, component, message, fields);
}
inline void log_error(std::string_view component, std::string_view message,
                      std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, component, message, fields);
}

}  // namespace cortado::base
