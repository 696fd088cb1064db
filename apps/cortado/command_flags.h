// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "command_line.h"

namespace CLI {
class App;
}

namespace cortado::app {

// What several commands take.

/// An argument as an error may show it: "sasl.password=x" may be one that lacks its -X.
std::string shown_argument(const std::string& argument);
/// Return "" if the file is there, else what is wrong; for CLI::Option::check.
std::string check_file(const std::string& path);
/// Return "" for a whole number of at least 0, or 1, else what is wrong. (CLI11's own say the
/// largest double.)
std::string check_not_negative(const std::string& text);
std::string check_positive(const std::string& text);

/// Add a flag that is nothing but a short name of a configuration key.
void add_key_flag(CLI::App* app, CommandLine& line, const std::string& flags,
                  const std::string& path, const std::string& help);
/// Add -c, --config and --set.
void add_settings(CLI::App* app, CommandLine& line);
/// Add --set alone.
void add_set(CLI::App* app, CommandLine& line);
/// Take the text of a -c: kcat's count and everybody else's configuration share that letter; a file
/// named by digits alone is to be given by --config.
void take_count_or_config(CommandLine& line, const std::string& text, std::int64_t& count);
/// Add -X.
void add_kafka_properties(CLI::App* app, CommandLine& line);

// Commands that stand in files of their own.
void add_admin(CLI::App& app, CommandLine& line);
void add_dlq(CLI::App& app, CommandLine& line);
void add_look(CLI::App& app, CommandLine& line);
/// Add `nab` and `evaluate`.
void add_evaluation(CLI::App& app, CommandLine& line);
void add_state(CLI::App& app, CommandLine& line);

}  // namespace cortado::app
