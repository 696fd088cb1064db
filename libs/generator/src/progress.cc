// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/progress.h"

#include <algorithm>
#include <utility>

namespace cortado::generator {
namespace {

constexpr std::chrono::nanoseconds kBetweenReports = std::chrono::milliseconds(100);
constexpr double kWindowSeconds = 5;
constexpr int kWidestBar = 40;
constexpr int kNarrowestBar = 6;

double seconds_of(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// 12345 -> "12,345".
std::string with_commas(std::int64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string duration_text(std::chrono::seconds time) {
  const std::int64_t seconds = time.count();
  if (seconds >= 3600)
    return std::to_string(seconds / 3600) + "h " + std::to_string(seconds / 60 % 60) + "m";
  if (seconds >= 60)
    return std::to_string(seconds / 60) + "m " + std::to_string(seconds % 60) + "s";
  return std::to_string(seconds) + "s";
}

std::string facts_of(const Progress& progress) {
  std::string text = with_commas(progress.records) + " records";
  if (progress.rejected > 0) text += "  " + with_commas(progress.rejected) + " rejected";
  text += "  " + with_commas(static_cast<std::int64_t>(progress.records_per_s)) + "/s";
  if (progress.left && !progress.finished) text += "  " + duration_text(*progress.left) + " left";
  return text;
}

std::string bar_of(double share, int width) {
  const int filled = std::clamp(static_cast<int>(share * width), 0, width);
  std::string bar(static_cast<std::size_t>(width), ' ');
  for (int i = 0; i < filled; ++i) bar[static_cast<std::size_t>(i)] = '=';
  if (filled < width) bar[static_cast<std::size_t>(filled)] = '>';
  return "[" + bar + "]";
}

}  // namespace

ProgressMeter::ProgressMeter(base::Clock& clock)
    : clock_(&clock), start_(clock.steady()), last_(start_) {}

bool ProgressMeter::due() { return clock_->steady() - last_ >= kBetweenReports; }

Progress ProgressMeter::measure(std::int64_t records, std::int64_t rejected, std::int64_t done,
                                std::int64_t total) {
  const std::chrono::nanoseconds now = clock_->steady();
  const double passed = seconds_of(now - last_);
  if (passed > 0) {
    const double latest = static_cast<double>(records - last_records_) / passed;
    // Within the first window this is the mean since the start.
    rate_ += (latest - rate_) *
             std::min(1.0, passed / std::min(kWindowSeconds, seconds_of(now - start_)));
    last_ = now;
    last_records_ = records;
  }
  Progress progress{.records = records,
                    .rejected = rejected,
                    .done = done,
                    .total = total,
                    .records_per_s = rate_,
                    .left = std::nullopt};
  if (total > 0 && done > 0) {
    const double left = seconds_of(now - start_) *
                        static_cast<double>(std::max<std::int64_t>(total - done, 0)) /
                        static_cast<double>(done);
    progress.left = std::chrono::seconds(static_cast<std::int64_t>(std::min(left, 1e9)));
  }
  return progress;
}

ProgressBar::ProgressBar(Write write, bool is_terminal, int columns)
    : write_(std::move(write)), is_terminal_(is_terminal), columns_(columns) {}

void ProgressBar::draw(const Progress& progress) {
  if (!is_terminal_) return;
  // Back to the line's start and erase what stood there.
  write_("\r\x1b[K" + line(progress, columns_) + (progress.finished ? "\n" : ""));
}

std::string ProgressBar::line(const Progress& progress, int columns) {
  const std::string facts = facts_of(progress);
  const auto width = static_cast<std::size_t>(std::max(columns, 0));
  if (progress.total <= 0) return facts.substr(0, width);
  const double share = std::clamp(
      static_cast<double>(progress.done) / static_cast<double>(progress.total), 0.0, 1.0);
  const std::string percent = std::to_string(static_cast<int>(share * 100));
  const std::string share_text = std::string(3 - percent.size(), ' ') + percent + "%  " + facts;
  const int room = columns - static_cast<int>(share_text.size()) - 3;
  if (room < kNarrowestBar) return share_text.substr(0, width);
  return bar_of(share, std::min(room, kWidestBar)) + " " + share_text;
}

}  // namespace cortado::generator
