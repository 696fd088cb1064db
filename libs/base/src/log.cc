// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/log.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "cortado/base/clock.h"
#include "log_levels.h"

namespace cortado::base {
namespace {

/// What the process logs now. One instance; the sink has a lock of its own.
struct LogState {
  std::mutex mutex;
  LogConfig config{.level = LogLevel::kWarning, .format = LogFormat::kText, .components = {}};
  std::mutex listener_mutex;
  LogListener listener;  ///< guarded by listener_mutex
  spdlog::logger logger{"cortado", std::make_shared<spdlog::sinks::stderr_sink_mt>()};

  LogState() {
    logger.set_level(spdlog::level::trace);
    logger.flush_on(spdlog::level::trace);
    logger.set_pattern("%v");
  }
};

/// Never destroyed: a client that could not be ended in time still logs while the process leaves.
LogState& state() {
  static LogState& instance = *new LogState;
  return instance;
}

LogLevel level_of(const LogConfig& config, std::string_view component) {
  const auto found = config.components.find(std::string(component));
  if (found == config.components.end()) return config.level;
  const auto& names = level_names();
  return static_cast<LogLevel>(std::find(names.begin(), names.end(), found->second) -
                               names.begin());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

/// Return the length of the valid UTF-8 sequence that `text` begins with, or 0.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool beyond = first == 0xf4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

std::string escaped_ascii(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7f) return fmt::format("\\u{:04x}", byte);
  return std::string(1, c);
}

/// Escape as JSON does; a byte that is no UTF-8 becomes the replacement character.
std::string escape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += "\\ufffd";
    } else if (length == 1) {
      out += escaped_ascii(text[0]);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string timestamp() {
  const EpochMillis now = system_clock().now_ms();
  const std::time_t seconds = now / 1000;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, now % 1000);
}

std::string json_line(LogLevel level, std::string_view component, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","component":"{}","message":"{}")",
                                 timestamp(), level_names()[static_cast<std::size_t>(level)],
                                 escape(component), escape(message));
  for (const auto& field : fields)
    line += fmt::format(R"(,"{}":"{}")", escape(field.name), escape(field.value));
  return line + "}";
}

std::string text_line(LogLevel level, std::string_view component, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line =
      fmt::format("{} {:<7} {}: {}", timestamp(), level_names()[static_cast<std::size_t>(level)],
                  component, escape(message));
  for (const auto& field : fields) line += fmt::format(" {}={}", field.name, escape(field.value));
  return line;
}

void tell_listener(LogLevel level, std::string_view component, std::string_view message,
                   std::initializer_list<LogField> fields) {
  const std::lock_guard lock(state().listener_mutex);
  if (!state().listener) return;
  std::string text(message);
  for (const auto& field : fields) text += fmt::format(" {}={}", field.name, field.value);
  state().listener(level, component, text);
}

}  // namespace

Status configure_log(const LogConfig& config) {
  CORTADO_TRY(check_levels(config));
  const std::lock_guard lock(state().mutex);
  state().config = config;
  return {};
}

Result<LogConfig> with_levels(const LogConfig& config, std::string_view text) {
  LogConfig changed = config;
  const auto& names = level_names();
  int number = 0;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    ++number;
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string name(trimmed(line.substr(0, colon)));
    const auto level = std::find(names.begin(), names.end(),
                                 trimmed(line.substr(std::min(colon + 1, line.size()))));
    if (name.empty() || level == names.end())
      return Error(ErrorCode::kInvalidConfig,
                   "line " + std::to_string(number) +
                       " is not of the form \"component: level\" with debug, info, warning, error "
                       "or off");
    if (name == "level") {
      changed.level = static_cast<LogLevel>(level - names.begin());
    } else {
      changed.components[name] = *level;
    }
  }
  return changed;
}

bool log_enabled(LogLevel level, std::string_view component) {
  const std::lock_guard lock(state().mutex);
  return level >= level_of(state().config, component);
}

void log(LogLevel level, std::string_view component, std::string_view message,
         std::initializer_list<LogField> fields) {
  if (!log_enabled(level, component)) return;
  LogFormat format = LogFormat::kText;
  {
    const std::lock_guard lock(state().mutex);
    format = state().config.format;
  }
  const std::string line = format == LogFormat::kJson
                               ? json_line(level, component, message, fields)
                               : text_line(level, component, message, fields);
  state().logger.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  if (level >= LogLevel::kWarning) tell_listener(level, component, message, fields);
}

void set_log_listener(LogListener listener) {
  const std::lock_guard lock(state().listener_mutex);
  state().listener = std::move(listener);
}

}  // namespace cortado::base
