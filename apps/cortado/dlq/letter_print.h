// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "dlq/letter_selection.h"

namespace cortado::app {

/// Append bytes 16 a line, as offset, hexadecimal digits and ASCII.
void append_hex_dump(std::string_view bytes, std::string& out);

/// True if bytes may go to a terminal as they are: valid UTF-8, no control characters but tab and
/// line feed.
bool is_plain_text(std::string_view bytes);

/// Return a letter for a person: where it stands, why, key, headers and value; text as text, other
/// bytes as hexadecimal digits.
std::string to_text(const FoundLetter& found);

/// Return a letter as one JSON object: `key`, `value` and header values as text where they are
/// valid UTF-8, else in base64 under `keyBase64`, `valueBase64`; null where they are null.
std::string to_json(const FoundLetter& found);

}  // namespace cortado::app
