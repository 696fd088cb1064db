// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace cortado::evaluate {

/// Append as printf would; at most 1,023 characters.
[[gnu::format(printf, 2, 3)]] void print(std::string& out, const char* format, ...);

}  // namespace cortado::evaluate
