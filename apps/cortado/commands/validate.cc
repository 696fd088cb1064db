// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app_config.h"
#include "commands.h"
#include "cortado/generator/pacing.h"
#include "engine_admin.h"
#include "replay_check.h"
#include "wiring.h"

namespace cortado::app {
namespace {

/// What `detect` and `generate` would refuse, or `replay` of a file.
base::Status check(const CommandLine& line, const AppConfig& config) {
  CORTADO_TRY(generator::Pacer::create(config.generator, base::system_clock()));
  if (!line.input.empty()) return check_replay_file(config, line.input);
  if (!line.no_environment && !config.http.admin_token_file.empty())
    CORTADO_TRY(read_admin_token(config.http, base::posix_file_system()));
  return check_detection(config, !line.no_environment);
}

}  // namespace

ExitCode run_validate(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const base::Status status = check(line, config);
  if (!status.ok()) return report(status.error(), *loaded);
  const char* said = line.no_environment ? "configuration ok; the broker was not asked"
                                         : "configuration and broker ok";
  std::printf("%s\n", line.input.empty() ? said : "configuration and file ok");
  return ExitCode::kOk;
}

}  // namespace cortado::app
