// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

namespace cortado::app {

/// The environment, which nothing here changes.
std::map<std::string, std::string> environment();

/// A variable's value; null: it is not set.
const char* variable(const char* name);

}  // namespace cortado::app
