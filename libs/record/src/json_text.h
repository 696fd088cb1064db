// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace cortado::record {

/// How many characters stand before the first one that JSON escapes or that is not ASCII.
std::size_t plain_length(std::string_view text);

/// Append a JSON string without its quotes.
void append_json_characters(std::string_view text, std::string& out);

}  // namespace cortado::record
