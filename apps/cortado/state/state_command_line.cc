// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "command_flags.h"

namespace cortado::app {
namespace {

CLI::App* add_view(CLI::App* state, CommandLine& line, const std::string& name,
                   const std::string& help, StateView view) {
  CLI::App* app = state->add_subcommand(name, help);
  add_settings(app, line);
  add_kafka_properties(app, line);
  app->add_option_function<std::int32_t>(
         "-p,--partition", [&line](std::int32_t number) { line.state.partition = number; },
         "Partition of the input topic [all]")
      ->check(check_not_negative);
  app->add_flag("-J,--json", line.json, "Print JSON, one object a line");
  app->callback([&line, view] {
    line.command = Command::kState;
    line.state.view = view;
  });
  return app;
}

void add_offline(CLI::App* app, CommandLine& line) {
  app->add_flag("--offline", line.state.offline,
                "Do not ask the broker which snapshot counts: take each folder's newest");
}

void add_devices(CLI::App* app, CommandLine& line, const std::string& help) {
  app->add_option("device", line.state.devices, help);
}

void add_yes(CLI::App* app, CommandLine& line) {
  app->add_flag("--yes", line.state.yes, "Do it; without this flag only say what would be done");
}

void add_looking(CLI::App* state, CommandLine& line) {
  CLI::App* list = add_view(state, line, "ls", "List the partitions' snapshots", StateView::kList);
  list->add_flag("--devices", line.state.list_devices, "List the devices in them");
  list->add_option("--snapshot", line.state.snapshot, "This manifest [the one that counts]");
  add_offline(list, line);
  CLI::App* inspect =
      add_view(state, line, "inspect", "Show a device's stored state", StateView::kInspect);
  inspect->add_option("device", line.state.devices, "Devices")->required();
  inspect->add_option("--snapshot", line.state.snapshot, "This manifest [the one that counts]");
  add_offline(inspect, line);
  CLI::App* verify =
      add_view(state, line, "verify", "Check every byte of every snapshot", StateView::kVerify);
  add_offline(verify, line);
}

void add_moving(CLI::App* state, CommandLine& line) {
  CLI::App* give = add_view(state, line, "export", "Write states into one file, for any group",
                            StateView::kExport);
  give->add_option("-o,--output", line.state.file, "File to write")->required();
  give->add_option("--snapshot", line.state.snapshot, "This manifest [the one that counts]");
  add_devices(give, line, "Devices [all]");
  add_offline(give, line);
  CLI::App* take =
      add_view(state, line, "import", "Take states out of an exported file", StateView::kImport);
  take->add_option("file", line.state.file, "Exported file")->required()->check(CLI::ExistingFile);
  add_devices(take, line, "Devices [all]");
  take->add_flag("--by-key", line.state.by_key,
                 "Put each device on the partition of its name's key [the one where it was]");
  take->add_flag("--replace", line.state.replace, "Also over a state that is there");
  CLI::App* reset = add_view(state, line, "reset",
                             "Begin partitions or devices anew, without state", StateView::kReset);
  add_devices(reset, line, "Devices [all, and what is in no snapshot]");
  reset->add_option("--to", line.state.to,
                    "Where partitions go on: beginning, end or an offset [where the group is]");
  reset->add_flag("--forget-skips", line.state.forget_skips,
                  "Score again what was passed over since it ended processes: for a topic that was "
                  "made anew");
  add_yes(reset, line);
  CLI::App* rewind = add_view(state, line, "rewind", "Let the group go on from an older snapshot",
                              StateView::kRewind);
  rewind
      ->add_option("--to", line.state.to,
                   "A manifest, newest, or an offset: the newest snapshot at or below it")
      ->required();
  add_yes(rewind, line);
  CLI::App* skip =
      add_view(state, line, "skip",
               "Let records go to the dead-letter topic instead of scoring them", StateView::kSkip);
  skip->get_option("--partition")->required();
  skip->add_option("--offset", line.state.offsets, "Offsets of the partition")
      ->required()
      ->check(check_not_negative);
  add_yes(skip, line);
}

}  // namespace

void add_state(CLI::App& app, CommandLine& line) {
  CLI::App* state = app.add_subcommand("state", "Look at stored models, move them, begin anew");
  state->require_subcommand(1);
  add_looking(state, line);
  add_moving(state, line);
}

}  // namespace cortado::app
