// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/calendar.h"

#include <array>
#include <chrono>

#include "cortado/base/time_cursor.h"

namespace cortado::base {
namespace {

using std::chrono::sys_days;

void put_digits(std::int64_t value, int width, std::string& out) {
  std::array<char, 8> digits{};
  for (int i = width - 1; i >= 0; --i) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

std::int64_t days_of(EpochMillis time) {
  const std::int64_t days = time / kMillisPerDay;
  return time % kMillisPerDay < 0 ? days - 1 : days;
}

bool read_date(TextCursor& cursor, TimeParts& parts) {
  return cursor.digits(4, parts.year) && cursor.take('-') && cursor.digits(2, parts.month) &&
         cursor.take('-') && cursor.digits(2, parts.day);
}

bool read_clock(TextCursor& cursor, TimeParts& parts) {
  if (!cursor.digits(2, parts.hour) || !cursor.take(':') || !cursor.digits(2, parts.minute))
    return false;
  return !cursor.take(':') || cursor.digits(2, parts.second);
}

}  // namespace

std::optional<EpochMillis> to_epoch(const TimeParts& parts) {
  const std::chrono::year_month_day date{std::chrono::year(parts.year),
                                         std::chrono::month(static_cast<unsigned>(parts.month)),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok() || parts.year < 1 || parts.hour > 23 || parts.minute > 59 || parts.second > 59)
    return std::nullopt;
  const std::int64_t days = sys_days(date).time_since_epoch().count();
  const std::int64_t minutes = std::int64_t{parts.hour} * 60 + parts.minute - parts.zone_minutes;
  return days * kMillisPerDay + minutes * 60'000 + std::int64_t{parts.second} * 1000 +
         parts.milliseconds;
}

std::optional<EpochMillis> parse_date_time(std::string_view date, std::string_view time) {
  TimeParts parts;
  TextCursor date_cursor(date);
  TextCursor time_cursor(time);
  if (!read_date(date_cursor, parts) || !date_cursor.done()) return std::nullopt;
  if (!read_clock(time_cursor, parts) || !time_cursor.done()) return std::nullopt;
  return to_epoch(parts);
}

std::optional<EpochMillis> parse_iso_8601(std::string_view text) {
  TimeParts parts;
  TextCursor cursor(text);
  if (!read_date(cursor, parts)) return std::nullopt;
  if (cursor.done()) return to_epoch(parts);
  if (!cursor.take('T') && !cursor.take(' ')) return std::nullopt;
  if (!read_clock(cursor, parts)) return std::nullopt;
  if ((cursor.take('.') || cursor.take(',')) && !cursor.fraction(parts.milliseconds))
    return std::nullopt;
  if (!cursor.done() && !cursor.zone(parts.zone_minutes)) return std::nullopt;
  return cursor.done() ? to_epoch(parts) : std::nullopt;
}

std::string format_date(EpochMillis time) {
  const std::chrono::year_month_day date{sys_days(std::chrono::days(days_of(time)))};
  std::string out;
  put_digits(static_cast<int>(date.year()), 4, out);
  out += '-';
  put_digits(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  put_digits(static_cast<unsigned>(date.day()), 2, out);
  return out;
}

std::string format_minute(EpochMillis time) {
  const std::int64_t minutes = (time - days_of(time) * kMillisPerDay) / 60'000;
  std::string out;
  put_digits(minutes / 60, 2, out);
  out += ':';
  put_digits(minutes % 60, 2, out);
  return out;
}

std::string format_iso_8601(EpochMillis time) {
  const std::int64_t rest = (time - days_of(time) * kMillisPerDay) % 60'000;
  std::string out = format_date(time) + "T" + format_minute(time) + ":";
  put_digits(rest / 1000, 2, out);
  out += '.';
  put_digits(rest % 1000, 3, out);
  return out + "Z";
}

}  // namespace cortado::base
