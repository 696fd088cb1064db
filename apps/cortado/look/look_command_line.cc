// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "command_flags.h"

namespace cortado::app {
namespace {

void add_topic(CLI::App* app, CommandLine& line) {
  add_kafka_properties(app, line);
  add_key_flag(app, line, "-b,--brokers", "kafka.bootstrap_servers", "Brokers");
  add_key_flag(app, line, "-t,--topic", "kafka.output_topic",
               "Enriched topic; with ^ before it a pattern of topics");
  app->add_option_function<std::int32_t>(
         "-p,--partition", [&line](std::int32_t number) { line.look.partition = number; },
         "Partition [all]")
      ->check(check_not_negative);
}

void add_view(CLI::App& app, CommandLine& line) {
  CLI::App* view = app.add_subcommand(
      "view", "Serve the live page over an enriched topic, scored elsewhere; no detector runs");
  add_settings(view, line);
  add_topic(view, line);
  add_key_flag(view, line, "--listen", "http.listen", "Address of the page");
  view->add_option("-o,--offset", line.look.offset,
                   "Where to begin in each partition: beginning, end, N, -N, s@MS [-20000]");
  view->callback([&line] { line.command = Command::kView; });
}

void add_tap(CLI::App& app, CommandLine& line) {
  CLI::App* tap = app.add_subcommand("tap", "Print enriched records as they pass");
  tap->add_option("device", line.look.device, "Only this device; * and ? stand for any text [all]");
  tap->add_option("--config", line.config_file, "Configuration file (YAML)")
      ->check(CLI::ExistingFile);
  tap->add_option_function<std::string>(
      "-c", [&line](const std::string& text) { take_count_or_config(line, text, line.look.count); },
      "Leave after so many records, as in kcat; or the configuration file");
  add_set(tap, line);
  add_topic(tap, line);
  tap->add_option("-o,--offset", line.look.offset,
                  "Where to begin in each partition: beginning, end, N, -N, s@MS, e@MS [end]");
  tap->add_option("--status", line.look.status, "Only records of this status")
      ->check(CLI::IsMember({"warming", "ok", "alarm", "invalid"}));
  tap->add_flag("-e,--until-end", line.look.until_end,
                "Leave at the end of what the topic holds now");
  tap->add_flag("-J,--json", line.look.envelope,
                "Print topic, partition, offset, time, key, headers and value as a JSON object");
  tap->add_option("-f,--format", line.look.format,
                  "Print by this format: %t topic, %p partition, %o offset, %T time, %k key, %s "
                  "value, %K and %S their lengths, %h headers, %% a %; \\n \\t \\r \\xHH [%s\\n]");
  tap->callback([&line] { line.command = Command::kTap; });
}

void add_top(CLI::App& app, CommandLine& line) {
  CLI::App* top = app.add_subcommand("top", "Show devices and lanes of a running Cortado, live");
  top->add_option("--url", line.look.url, "Address of its page [http://127.0.0.1:8080]");
  top->add_option("--sort", line.look.sort, "Order of the devices")
      ->check(CLI::IsMember(std::vector<std::string>(kTopSorts.begin(), kTopSorts.end())));
  top->add_option("-n,--rows", line.look.rows, "Devices to show [what fits]")
      ->check(check_positive);
  top->add_flag("--once", line.look.once, "Print one table and leave");
  top->callback([&line] { line.command = Command::kTop; });
}

}  // namespace

void add_look(CLI::App& app, CommandLine& line) {
  add_view(app, line);
  add_tap(app, line);
  add_top(app, line);
}

}  // namespace cortado::app
