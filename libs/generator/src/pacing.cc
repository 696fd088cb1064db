// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/pacing.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cortado::generator {
namespace {

using std::chrono::nanoseconds;

/// How long a stop may have to wait for a sleeper.
constexpr nanoseconds kLongestNap = std::chrono::milliseconds(100);
/// Shorter waits are left out, and made up for by the next: naps for each of 20,000 records a
/// second would cost more than the records.
constexpr nanoseconds kLeastNap = std::chrono::milliseconds(2);
constexpr nanoseconds kMostBehind = std::chrono::seconds(1);
constexpr base::EpochMillis kNewTimeLine = 24 * 3'600'000;

constexpr double kFastest = 1e9;

/// Longer waits (30 years) are cut: their nanoseconds would overflow.
constexpr double kLongestWait = 1e9;

nanoseconds from_seconds(double seconds) {
  return nanoseconds(static_cast<std::int64_t>(std::min(seconds, kLongestWait) * 1e9));
}

base::Error not_of_form(std::string_view text, const char* form) {
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "\"" + std::string(text) + "\" is not of the form " + form);
}

/// An option whose text is read by `parse`; empty = off.
base::Option bind_parsed(std::string path, std::string help, std::string form, double& field,
                         base::Result<double> (*parse)(std::string_view), std::string suffix) {
  base::Option option;
  option.path = path;
  option.type = "string";
  option.help = std::move(help);
  option.range = "such as " + form;
  option.set = [path, form, &field, parse](const base::OptionNode& node) -> base::Status {
    const bool single = node.kind == base::OptionNode::Kind::kScalar;
    const auto value = single ? parse(node.scalar) : base::Result<double>(0.0);
    if (single && value.ok() && *value == 0 && !node.scalar.empty()) {
      return base::Error(base::ErrorCode::kInvalidConfig,
                         path + " must be above 0, not \"" + node.scalar +
                             "\"; leave it out (or empty) to send as fast as possible");
    }
    if (!single || !value.ok()) {
      return base::Error(base::ErrorCode::kInvalidConfig,
                         path + " must be of the form " + form + " or empty, not " +
                             (single ? "\"" + node.scalar + "\"" : "a list or mapping"));
    }
    field = *value;
    return {};
  };
  option.get = [&field, suffix] {
    return base::OptionNode::make_scalar(field == 0 ? "" : base::print_number(field) + suffix);
  };
  return option;
}

base::Option bind_separator(char& field) {
  static constexpr std::string_view kSeparators = ",;\t|";
  return base::bind_choice_index(
      {.path = "generator.separator", .help = "What stands between the file's fields."},
      {",", ";", "tab", "|"}, [&field] { return kSeparators.find(field); },
      [&field](std::size_t index) { field = kSeparators[index]; });
}

}  // namespace

base::Options describe(GeneratorConfig& config) {
  using std::chrono::milliseconds;
  return {
      base::bind_integer({.path = "generator.batch_size",
                          .help = "Records between two sleeps; 0 = no batches.",
                          .unit = "records"},
                         config.batch_size, 0, 1'000'000'000),
      base::bind_duration(
          {.path = "generator.batch_sleep", .help = "The sleep after each batch_size records."},
          config.batch_sleep, milliseconds(0), milliseconds(86'400'000)),
      bind_parsed("generator.rate", "Steady records a second, instead of batches.", "500/s",
                  config.rate, parse_rate, "/s"),
      bind_parsed("generator.speed",
                  "Event time over real time, instead of batches: 3600x plays an hour a second.",
                  "3600x", config.speed, parse_speed, "x"),
      base::bind_boolean({.path = "generator.skip_header",
                          .help = "The file begins with a header row; false: its columns are in "
                                  "EPA's order and the first row is data."},
                         config.csv.header),
      bind_separator(config.csv.separator),
      base::bind_boolean(
          {.path = "generator.loop", .help = "Begin again at the end of the input, until stopped."},
          config.loop),
  };
}

base::Result<double> parse_rate(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, double>, 3> kUnits = {
      {{"/s", 1.0}, {"/m", 60.0}, {"/h", 3600.0}}};
  if (text.empty()) return 0.0;
  std::string_view digits = text;
  double seconds = 1;
  for (const auto& [unit, length] : kUnits) {
    if (!text.ends_with(unit)) continue;
    digits.remove_suffix(unit.size());
    seconds = length;
  }
  const auto value = base::parse_number(digits);
  if (!value.ok() || *value < 0 || *value > kFastest) return not_of_form(text, "500/s");
  return *value / seconds;
}

base::Result<double> parse_speed(std::string_view text) {
  if (text.empty()) return 0.0;
  std::string_view digits = text;
  if (digits.ends_with('x')) digits.remove_suffix(1);
  const auto value = base::parse_number(digits);
  if (!value.ok() || *value < 0 || *value > kFastest) return not_of_form(text, "3600x");
  return *value;
}

base::Result<Pacer> Pacer::create(const GeneratorConfig& config, base::Clock& clock) {
  const int ways = (config.batch_size > 0) + (config.rate > 0) + (config.speed > 0);
  if (ways > 1) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "generator.batch_size, generator.rate and generator.speed exclude each "
                       "other; set one and leave the others 0 or empty");
  }
  return Pacer(config, clock);
}

Pacer::Pacer(const GeneratorConfig& config, base::Clock& clock) : config_(config), clock_(&clock) {}

bool Pacer::wait(std::optional<base::EpochMillis> event_time, std::stop_token stop) {
  if (stop.stop_requested()) return false;
  const bool paced = config_.batch_size > 0 || config_.rate > 0 || config_.speed > 0;
  return !paced || sleep_until(due(event_time), stop);
}

nanoseconds Pacer::due(std::optional<base::EpochMillis> event_time) {
  const nanoseconds now = clock_->steady();
  if (config_.batch_size > 0) {
    const bool sleeps = since_anchor_ > 0 && since_anchor_ % config_.batch_size == 0;
    ++since_anchor_;
    return sleeps ? now + config_.batch_sleep : now;
  }
  if (config_.speed > 0) return event_time ? due_by_event(*event_time, now) : now;
  nanoseconds due = anchor_ + from_seconds(static_cast<double>(since_anchor_) / config_.rate);
  if (!anchored_ || now - due > kMostBehind) {
    anchored_ = true;
    anchor_ = due = now;
    since_anchor_ = 0;
  }
  ++since_anchor_;
  return due;
}

nanoseconds Pacer::due_by_event(base::EpochMillis event, nanoseconds now) {
  const auto since = static_cast<double>(event - anchor_event_) / 1000.0;
  const nanoseconds due = anchor_ + from_seconds(since / config_.speed);
  const bool in_order = event >= last_event_;
  const bool new_line = !anchored_ || event < last_event_ - kNewTimeLine;
  if (!new_line) last_event_ = std::max(last_event_, event);
  if (!new_line && !(in_order && now - due > kMostBehind)) return due;
  anchored_ = true;
  anchor_ = now;
  anchor_event_ = last_event_ = event;
  return now;
}

bool Pacer::sleep_until(nanoseconds time, const std::stop_token& stop) {
  if (time - clock_->steady() < kLeastNap) return !stop.stop_requested();
  for (nanoseconds now = clock_->steady(); now < time; now = clock_->steady()) {
    if (stop.stop_requested()) return false;
    clock_->sleep_until(std::min(time, now + kLongestNap));
  }
  return !stop.stop_requested();
}

}  // namespace cortado::generator
