// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "command_flags.h"

#include <CLI/CLI.hpp>

#include "cortado/base/option.h"
#include "cortado/kafka/kafka_config.h"

namespace cortado::app {
namespace {

const std::string kNotShown = "what was written instead is not shown: it may hold a secret";

std::string check_at_least(std::int64_t least, const std::string& text) {
  const auto number = base::parse_integer(text);
  if (number.ok() && *number >= least) return "";
  return "expected a whole number of at least " + std::to_string(least);
}

}  // namespace

std::string shown_argument(const std::string& argument) {
  const std::size_t end = argument.find_first_of("=:");
  return end == std::string::npos ? argument : argument.substr(0, end) + "=...";
}

std::string check_file(const std::string& path) {
  return CLI::ExistingFile(path).empty() ? "" : "there is no file " + shown_argument(path);
}

std::string check_not_negative(const std::string& text) { return check_at_least(0, text); }
std::string check_positive(const std::string& text) { return check_at_least(1, text); }

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
               throw CLI::ValidationError("--set", "path=value is wanted; " + kNotShown);
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
               throw CLI::ValidationError("-X", "key=value is wanted; " + kNotShown);
             }
             const std::string key = text.substr(0, equals);
             const std::string path =
                 key == "bootstrap.servers" ? "kafka.bootstrap_servers" : "kafka.properties." + key;
             // A name that is none may be a secret in the wrong place.
             const std::string flag = kafka::is_property(key) ? "flag -X " + key : "flag -X";
             line.settings.push_back({path, text.substr(equals + 1), flag});
           }
         },
         "Set a librdkafka property: -X bootstrap.servers=localhost:9092")
      ->allow_extra_args(false);
}

}  // namespace cortado::app
