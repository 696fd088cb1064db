// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "command_line.h"

namespace CLI {
class App;
}

namespace cortado::app {

/// Add a flag that is nothing but a short name of a configuration key.
void add_key_flag(CLI::App* app, CommandLine& line, const std::string& flags,
                  const std::string& path, const std::string& help);
/// Add -c and --set.
void add_settings(CLI::App* app, CommandLine& line);
/// Add `nab` and `evaluate`.
void add_evaluation(CLI::App& app, CommandLine& line);

}  // namespace cortado::app
