// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <csignal>
#include <cstdio>

#include "app_config.h"
#include "command_line.h"
#include "commands/commands.h"
#include "cortado/htm/kernels.h"
#include "environment.h"
#include "stop_signals.h"

namespace {

using cortado::app::Command;
using cortado::app::CommandLine;
using cortado::app::ExitCode;

ExitCode run(const CommandLine& line) {
  cortado::app::StopSignals signals;
  switch (line.command) {
    case Command::kDemo:
      return cortado::app::run_demo(line, signals);
    case Command::kGenerate:
      return cortado::app::run_generate(line, signals);
    case Command::kDetect:
      return cortado::app::run_detect(line, signals);
    case Command::kReplay:
      return cortado::app::run_replay(line, signals);
    case Command::kBench:
      return cortado::app::run_bench(line);
    case Command::kNab:
      return cortado::app::run_nab(line);
    case Command::kEvaluate:
      return cortado::app::run_evaluate(line);
    case Command::kDlq:
      return cortado::app::run_dlq(line);
    case Command::kView:
      return cortado::app::run_view(line, signals);
    case Command::kTap:
      return cortado::app::run_tap(line, signals);
    case Command::kTop:
      return cortado::app::run_top(line, signals);
    case Command::kAdmin:
      return cortado::app::run_admin(line);
    case Command::kState:
      return cortado::app::run_state(line);
    case Command::kValidate:
      return cortado::app::run_validate(line);
    case Command::kConfig:
      return cortado::app::run_config(line);
    case Command::kVersion:
      return cortado::app::run_version();
  }
  return ExitCode::kUsage;
}

bool select_kernels() {
  const char* const name = cortado::app::variable(cortado::app::kKernelsVariable);
  if (name == nullptr || *name == '\0') return true;
  const auto status = cortado::htm::select_kernels(name);
  if (!status.ok())
    std::fprintf(stderr, "%s: %s\n", cortado::app::kKernelsVariable,
                 status.error().message().c_str());
  return status.ok();
}

}  // namespace

int main(int argc, char** argv) {
  CommandLine line;
  int exit_code = 0;
  if (!cortado::app::parse_command_line(argc, argv, line, exit_code)) return exit_code;
  // A file that may not grow any more is an error of the write, as a full disk is; not our end.
  std::signal(SIGXFSZ, SIG_IGN);
  if (!select_kernels()) return static_cast<int>(ExitCode::kUsage);
  return static_cast<int>(run(line));
}
