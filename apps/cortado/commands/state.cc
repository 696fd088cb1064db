// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "app_config.h"
#include "commands.h"
#include "state/state_access.h"
#include "state/state_views.h"

namespace cortado::app {
namespace {

base::Result<ExitCode> run(const CommandLine& line, const AppConfig& config) {
  const StateOptions& options = line.state;
  CORTADO_ASSIGN(const auto access, StateAccess::open(config, options));
  switch (options.view) {
    case StateView::kList:
      return list_state(*access, options, line.json);
    case StateView::kInspect:
      return inspect_state(*access, options, line.json);
    case StateView::kVerify:
      return verify_state(*access, line.json);
    case StateView::kExport:
      return export_state(*access, options, line.json);
    case StateView::kImport:
      return import_state(*access, options, line.json);
    case StateView::kReset:
      return reset_state(*access, options, line.json);
    case StateView::kRewind:
      return rewind_state(*access, options, line.json);
    case StateView::kSkip:
      return skip_records(*access, options, line.json);
  }
  return ExitCode::kUsage;
}

}  // namespace

ExitCode run_state(const CommandLine& line) {
  AppConfig config;
  const auto loaded = load_app_config(line, config);
  if (!loaded.ok()) return report(loaded.error());
  const auto done = run(line, config);
  return done.ok() ? *done : report(done.error(), *loaded);
}

}  // namespace cortado::app
