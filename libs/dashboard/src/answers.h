// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http_server.h"
#include "json_writer.h"

namespace cortado::dashboard {

HttpResponse plain(int status, std::string text);
HttpResponse json(JsonWriter& out);
/// An error as RFC 7807 has it; `detail` says what to do.
HttpResponse problem(int status, std::string_view title, std::string_view detail);
HttpResponse bad_request(const base::Error& error);

/// Bounds of a whole number in a query.
struct NumberRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Whole numbers that every JSON reader holds exactly.
inline constexpr std::int64_t kExact = 9'007'199'254'740'991;

/// Cursors are never longer.
inline constexpr std::size_t kCursorLimit = 200;

/// Times that a query may name: the years 1 to 9999.
inline constexpr NumberRange kTimes = {-62'135'596'800'000, 253'402'300'800'000};

/// A whole number of the query; none where there is none. **Errors:** kInvalidArgument.
base::Result<std::optional<std::int64_t>> number_of(const HttpRequest& request, const char* name,
                                                    NumberRange range);
/// The same with a default.
base::Result<std::size_t> number_of(const HttpRequest& request, const char* name,
                                    std::size_t otherwise, NumberRange range);
/// A text of the query of at most `most` characters; empty where there is none. **Errors:**
/// kInvalidArgument.
base::Result<std::string> text_of(const HttpRequest& request, const char* name, std::size_t most);

}  // namespace cortado::dashboard
