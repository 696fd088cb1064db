// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"

namespace cortado::record {

/// How a reading's time is written. Default: ISO 8601 text (no zone = UTC), or a number, as JSON
/// number or text: milliseconds from 1e11 on, else seconds.
class TimeFormat {
 public:
  TimeFormat() = default;

  /// `format`: empty for the default, or a pattern of %Y %m %d %H %M %S, %f (fraction of a second,
  /// 1 to 9 digits), %z (Z, +02:00, +0200), %% and literal text. **Errors:** kInvalidConfig for
  /// another directive, or a pattern without %Y, %m and %d.
  static base::Result<TimeFormat> create(std::string_view format);

  /// Read a whole text; none if it is not so.
  std::optional<base::EpochMillis> parse(std::string_view text) const;
  /// Read a number; none if it is not finite or beyond the year 9999.
  static std::optional<base::EpochMillis> from_number(double number);
  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
};

}  // namespace cortado::record
