// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace cortado::base {

/// The names of LogLevel, in its order.
const std::vector<std::string>& level_names();

}  // namespace cortado::base
