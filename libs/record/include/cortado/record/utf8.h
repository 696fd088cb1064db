// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cortado::record {

/// True if the bytes are valid UTF-8.
bool is_utf8(std::string_view bytes);

}  // namespace cortado::record
