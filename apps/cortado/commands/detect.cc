// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "app_config.h"
#include "commands.h"
#include "level_file.h"
#include "wiring.h"

namespace cortado::app {

ExitCode run_detect(const CommandLine& line, StopSignals& signals) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const LevelFile levels(config.log);
  Summary summary;
  summary.command = "detect";
  const DetectionRun run{.config = config, .until_end = line.until_end, .page_served = {}};
  const base::Status status = run_detection(run, signals.token(), summary);
  if (was_refused(status, summary)) return report(status.error(), *loaded);
  print_summary(summary, line.json, config.log.format);
  if (!status.ok()) return report(status.error(), *loaded);
  // A service that was told to leave did well, whatever its input was; a finite run judges it.
  return line.until_end && summary.records_rejected > 0 ? ExitCode::kBadData : ExitCode::kOk;
}

}  // namespace cortado::app
