// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "cortado/base/clock.h"

namespace cortado::base {

inline constexpr std::int64_t kMillisPerDay = 86'400'000;

/// A time taken apart, as texts write it.
struct TimeParts {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int milliseconds = 0;
  int zone_minutes = 0;  ///< east of UTC
};

/// None if a part is out of its range or the day does not exist.
std::optional<EpochMillis> to_epoch(const TimeParts& parts);

/// Reads the pieces of a time from a text, front to back. A failed read may have moved.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// Read exactly `count` digits.
  bool digits(int count, int& value);
  /// Read 1 to 9 digits as a fraction of a second, cut to milliseconds.
  bool fraction(int& milliseconds);
  /// Read "Z", "+02:00", "+0200" or "+02".
  bool zone(int& minutes);

 private:
  bool next_is_digit() const {
    return !text_.empty() && text_.front() >= '0' && text_.front() <= '9';
  }

  std::string_view text_;
};

}  // namespace cortado::base
