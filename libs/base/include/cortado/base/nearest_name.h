// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::base {

/// Return "; did you mean <nearest>?" for the end of an error, or "" if no candidate is near.
inline std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest_name(word, candidates);
  return near.empty() ? "" : "; did you mean " + near + "?";
}

}  // namespace cortado::base
