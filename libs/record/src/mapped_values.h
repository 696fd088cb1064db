// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/record/time_format.h"
#include "json_members.h"

namespace cortado::record {

/// Return the time at a pointer of an object just walked: a text or number that the format reads.
std::optional<base::EpochMillis> mapped_time(JsonMembers& walk, std::string_view pointer,
                                             const TimeFormat& format);

/// Return the value at a pointer: a number, or a text that is one. `there` tells whether anything
/// stands there at all.
std::optional<double> mapped_value(JsonMembers& walk, std::string_view pointer, bool& there);

/// True if an enriched record keeps an input's member of this name under "original".
bool is_our_name(std::string_view name);

/// Where what stood at `pointer` of the input stands in the enriched record.
std::string pointer_in_enriched(std::string_view pointer);

}  // namespace cortado::record
