// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "app_config.h"
#include "commands.h"
#include "cortado/config/print.h"

namespace cortado::app {

ExitCode run_config(const CommandLine& line) {
  AppConfig config;
  std::string text;
  if (line.config_view == "reference") {
    text = config::reference_markdown(describe(config));
  } else if (line.config_view == "schema") {
    text = config::json_schema(describe(config));
  } else {
    const auto loaded = load_app_config(line, config);
    if (!loaded.ok()) return report(loaded.error());
    text = config::print(describe(config), *loaded, {.with_origin = line.origin});
  }
  return write_out(text);
}

}  // namespace cortado::app
