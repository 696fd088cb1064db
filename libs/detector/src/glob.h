// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cortado::detector {

/// Tell whether a whole text matches a pattern in which * stands for any characters and ? for one.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace cortado::detector
