// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"

namespace cortado::base {

// Calendar arithmetic in UTC without the machine's time zone; years 0001 to 9999.

/// "YYYY-MM-DD" and "HH:MM" or "HH:MM:SS"; none if one of them is not exactly so.
std::optional<EpochMillis> parse_date_time(std::string_view date, std::string_view time);

/// ISO 8601: "2005-06-13", "2005-06-13T09:00", with seconds, fraction ("," or "."), "Z", "+02:00",
/// "+0200" or "+02"; a space may stand for the "T"; no zone = UTC; digits beyond milliseconds are
/// cut.
std::optional<EpochMillis> parse_iso_8601(std::string_view text);

/// "YYYY-MM-DD" and "HH:MM" of a time.
std::string format_date(EpochMillis time);
std::string format_minute(EpochMillis time);
/// "YYYY-MM-DDTHH:MM:SS.mmmZ".
std::string format_iso_8601(EpochMillis time);

}  // namespace cortado::base
