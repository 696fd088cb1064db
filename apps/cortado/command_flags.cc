// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "command_flags.h"

#include <CLI/CLI.hpp>

#include "cortado/base/option.h"

namespace cortado::app {

void add_key_flag(CLI::App* app, CommandLine& line, const std::string& flags,
                  const std::string& path, const std::string& help) {
  const std::string name = flags.substr(flags.find("--"));
  app->add_option_function<std::string>(
      flags,
      [&line, path, name](const std::string& value) {
        line.settings.push_back({path, value, "flag " + name});
      },
      help);
}

void take_count_or_config(CommandLine& line, const std::string& text, std::int64_t& count) {
  const auto number = base::parse_integer(text);
  if (!number.ok()) {
    const std::string problem = CLI::ExistingFile(text);
    if (!problem.empty()) throw CLI::ValidationError("-c", problem);
    line.config_file = text;
    return;
  }
  if (*number < 1) throw CLI::ValidationError("-c", "a count begins at 1");
  count = *number;
}

void add_set(CLI::App* app, CommandLine& line) {
  app->add_option_function<std::vector<std::string>>(
         "--set",
         [&line](const std::vector<std::string>& values) {
           for (const auto& text : values) {
             const std::size_t equals = text.find('=');
             if (equals == std::string::npos) {
               throw CLI::ValidationError("--set",
                                          "\"" + text + "\" is not of the form path=value");
             }
             line.settings.push_back(
                 {text.substr(0, equals), text.substr(equals + 1), "flag --set"});
           }
         },
         "Set any configuration key: --set stream.threads=2")
      ->allow_extra_args(false);
}

void add_settings(CLI::App* app, CommandLine& line) {
  app->add_option("-c,--config", line.config_file, "Configuration file (YAML)")
      ->check(CLI::ExistingFile);
  add_set(app, line);
}

void add_kafka_properties(CLI::App* app, CommandLine& line) {
  app->add_option_function<std::vector<std::string>>(
         "-X",
         [&line](const std::vector<std::string>& values) {
           for (const auto& text : values) {
             const std::size_t equals = text.find('=');
             if (equals == std::string::npos) {
               throw CLI::ValidationError("-X", "\"" + text + "\" is not of the form key=value");
             }
             const std::string key = text.substr(0, equals);
             const std::string path =
                 key == "bootstrap.servers" ? "kafka.bootstrap_servers" : "kafka.properties." + key;
             line.settings.push_back({path, text.substr(equals + 1), "flag -X " + key});
           }
         },
         "Set a librdkafka property: -X bootstrap.servers=localhost:9092")
      ->allow_extra_args(false);
}

}  // namespace cortado::app
