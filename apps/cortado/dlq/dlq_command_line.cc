// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "command_flags.h"

namespace cortado::app {
namespace {

void add_letters(CLI::App* app, CommandLine& line) {
  app->add_option("--config", line.config_file, "Configuration file (YAML)")
      ->check(CLI::ExistingFile);
  app->add_option_function<std::vector<std::string>>(
         "-c",
         [&line](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) take_count_or_config(line, text, line.dlq.count);
         },
         "Number of letters, as in kcat; or the configuration file, as in every other command")
      ->allow_extra_args(false);
  add_set(app, line);
  add_kafka_properties(app, line);
  add_key_flag(app, line, "-b,--brokers", "kafka.bootstrap_servers", "Brokers");
  add_key_flag(app, line, "-t,--topic", "kafka.dead_letter_topic",
               "Dead-letter topic [<kafka.input_topic>.dead-letter]");
  app->add_option_function<std::int32_t>(
         "-p,--partition", [&line](std::int32_t number) { line.dlq.partition = number; },
         "Partition of the dead-letter topic [all]")
      ->check(check_not_negative);
  app->add_option(
      "-o,--offset", line.dlq.offset,
      "Where to begin in each partition: beginning, end, N, -N, s@MS, e@MS [beginning]");
  app->add_option("--until", line.dlq.until,
                  "Where to end in each partition: before offset N, or before a time: e@MS, "
                  "2026-01-31T08:00:00Z [what is there now]");
  app->add_option("--stage", line.dlq.stage,
                  "Only of this stage: decode, map, policy, route, write, crash or skipped");
  app->add_option("--reason", line.dlq.reason, "Only with this text in the reason");
  app->add_option("--source", line.dlq.source,
                  "Only of this input record or partition: PARTITION:OFFSET or PARTITION");
  app->add_option("--group", line.dlq.groups,
                  "Only written by this consumer group, which may be given several times; '' takes "
                  "letters of older builds, which name none")
      ->allow_extra_args(false);
  app->add_flag("-J,--json", line.json, "Print JSON, one object a line");
}

CLI::App* add_view(CLI::App* dlq, CommandLine& line, const std::string& name,
                   const std::string& help, DlqView view) {
  CLI::App* app = dlq->add_subcommand(name, help);
  add_letters(app, line);
  app->callback([&line, view] {
    line.command = Command::kDlq;
    line.dlq.view = view;
  });
  return app;
}

}  // namespace

void add_dlq(CLI::App& app, CommandLine& line) {
  CLI::App* dlq = app.add_subcommand("dlq", "Look into the dead-letter topic, send records back");
  dlq->require_subcommand(1);
  CLI::App* list = add_view(dlq, line, "ls", "Count the letters", DlqView::kList);
  list->add_option("--by", line.dlq.by,
                   "What a line stands for: some of stage, reason, partition, topic, group "
                   "[stage,reason]");
  CLI::App* show =
      add_view(dlq, line, "show", "Print letters, 10 if no count is given", DlqView::kShow);
  show->add_flag("--raw", line.dlq.raw, "Print one letter's value and nothing else");
  CLI::App* replay =
      add_view(dlq, line, "replay", "Send the records back, byte for byte", DlqView::kReplay);
  replay->add_flag("--dry-run", line.dlq.dry_run, "Say what would be sent, send nothing");
  replay->add_flag("--all", line.dlq.all, "Send all letters, without any selection");
  replay->add_option("--to", line.dlq.to, "Topic [the one that the letter names]");
  replay->add_flag("--by-key", line.dlq.by_key,
                   "Choose the partition by the key [the one where the record was]");
  replay->add_flag("--now", line.dlq.now, "Stamp with the time of sending [the record's own]");
}

}  // namespace cortado::app
