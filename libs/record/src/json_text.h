// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cortado::record {

/// How many characters stand before the first one that JSON escapes or that is not ASCII.
std::size_t plain_length(std::string_view text);

/// The length of the number or null that `text` begins with, and which it is; 0 where it is neither
/// or not plain enough to tell.
std::size_t plain_number_length(std::string_view text, std::optional<double>& number);

/// Append a JSON string without its quotes.
void append_json_characters(std::string_view text, std::string& out);

}  // namespace cortado::record
