// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/time_format.h"

#include <cmath>

#include "cortado/base/calendar.h"
#include "cortado/base/time_cursor.h"
#include "number.h"

namespace cortado::record {
namespace {

constexpr double kFirstMillisecondsNumber = 1e11;
constexpr double kLastMilliseconds = 253'402'300'799'999.0;  // 9999-12-31T23:59:59.999Z

bool read_directive(char directive, base::TextCursor& cursor, base::TimeParts& parts) {
  switch (directive) {
    case 'Y':
      return cursor.digits(4, parts.year);
    case 'm':
      return cursor.digits(2, parts.month);
    case 'd':
      return cursor.digits(2, parts.day);
    case 'H':
      return cursor.digits(2, parts.hour);
    case 'M':
      return cursor.digits(2, parts.minute);
    case 'S':
      return cursor.digits(2, parts.second);
    case 'f':
      return cursor.fraction(parts.milliseconds);
    case 'z':
      return cursor.zone(parts.zone_minutes);
    default:
      return cursor.take('%');
  }
}

}  // namespace

base::Result<TimeFormat> TimeFormat::create(std::string_view format) {
  std::string seen;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    ++i;
    const char directive = i < format.size() ? format[i] : ' ';
    if (std::string_view("YmdHMSfz%").find(directive) == std::string_view::npos) {
      return base::Error(base::ErrorCode::kInvalidConfig,
                         "a time format knows %Y %m %d %H %M %S %f %z and %%, not \"%" +
                             std::string(1, directive) + "\"");
    }
    seen += directive;
  }
  const bool dated = seen.find('Y') != std::string::npos && seen.find('m') != std::string::npos &&
                     seen.find('d') != std::string::npos;
  if (!format.empty() && !dated) {
    return base::Error(base::ErrorCode::kInvalidConfig,
                       "a time format needs %Y, %m and %d, as in %d/%m/%Y %H:%M");
  }
  TimeFormat result;
  result.pattern_ = format;
  return result;
}

std::optional<base::EpochMillis> TimeFormat::from_number(double number) {
  const double milliseconds =
      std::fabs(number) >= kFirstMillisecondsNumber ? number : number * 1000.0;
  if (!(std::fabs(milliseconds) <= kLastMilliseconds)) return std::nullopt;
  return static_cast<base::EpochMillis>(std::floor(milliseconds + 0.5));
}

std::optional<base::EpochMillis> TimeFormat::parse(std::string_view text) const {
  if (pattern_.empty()) {
    if (const auto time = base::parse_iso_8601(trim(text))) return time;
    const auto number = number_of(text);
    return number ? from_number(*number) : std::nullopt;
  }
  base::TextCursor cursor(text);
  base::TimeParts parts;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const bool directive = pattern_[i] == '%';
    const bool read =
        directive ? read_directive(pattern_[++i], cursor, parts) : cursor.take(pattern_[i]);
    if (!read) return std::nullopt;
  }
  return cursor.done() ? base::to_epoch(parts) : std::nullopt;
}

}  // namespace cortado::record
