// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "command_flags.h"

namespace cortado::app {
namespace {

CLI::App* add_one(CLI::App* admin, CommandLine& line, const std::string& name,
                  const std::string& help, AdminView view) {
  CLI::App* app = admin->add_subcommand(name, help);
  app->add_option("--url", line.admin.url, "Address of its page [http://127.0.0.1:8080]");
  app->add_option_function<std::int32_t>(
         "-p,--partition", [&line](std::int32_t number) { line.admin.partition = number; },
         "Partition of the input topic [all that the worker has]")
      ->check(check_not_negative);
  app->add_flag("-J,--json", line.json, "Print JSON, one object a line");
  app->callback([&line, view] {
    line.command = Command::kAdmin;
    line.admin.view = view;
  });
  return app;
}

CLI::App* add_asking(CLI::App* admin, CommandLine& line, const std::string& name,
                     const std::string& help, dashboard::AdminAction action) {
  CLI::App* app = add_one(admin, line, name, help, AdminView::kAsk);
  app->add_option("--token-file", line.admin.token_file,
                  "File with the worker's token, http.admin_token_file there")
      ->required()
      ->check(CLI::ExistingFile);
  app->callback([&line, action] {
    line.command = Command::kAdmin;
    line.admin.view = AdminView::kAsk;
    line.admin.action = action;
  });
  return app;
}

}  // namespace

void add_admin(CLI::App& app, CommandLine& line) {
  using dashboard::AdminAction;
  CLI::App* admin = app.add_subcommand("admin", "Look after a running worker over HTTP");
  admin->require_subcommand(1);
  add_asking(admin, line, "pause",
             "Let lanes take no more records; the worker stays in its group and keeps them",
             AdminAction::kPause);
  add_asking(admin, line, "resume", "Let paused lanes go on", AdminAction::kResume);
  CLI::App* snapshot =
      add_asking(admin, line, "snapshot", "Store all changed models now; return once they are",
                 AdminAction::kSnapshot);
  snapshot->add_option("--wait", line.admin.wait_s, "Seconds to wait for it [60]")
      ->check(CLI::Range(0, 600));
  add_one(admin, line, "partitions", "List the worker's lanes", AdminView::kPartitions);
  add_one(admin, line, "lag", "Say how far behind they are, in records and in seconds",
          AdminView::kLag);
}

}  // namespace cortado::app
