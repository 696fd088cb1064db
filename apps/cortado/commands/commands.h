// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "command_line.h"
#include "exit_code.h"
#include "stop_signals.h"

namespace cortado::app {

ExitCode run_demo(const CommandLine& line, StopSignals& signals);
ExitCode run_generate(const CommandLine& line, StopSignals& signals);
ExitCode run_detect(const CommandLine& line, StopSignals& signals);
ExitCode run_replay(const CommandLine& line, StopSignals& signals);
ExitCode run_bench(const CommandLine& line);
ExitCode run_nab(const CommandLine& line);
ExitCode run_evaluate(const CommandLine& line);
ExitCode run_dlq(const CommandLine& line);
ExitCode run_view(const CommandLine& line, StopSignals& signals);
ExitCode run_tap(const CommandLine& line, StopSignals& signals);
ExitCode run_top(const CommandLine& line, StopSignals& signals);
ExitCode run_admin(const CommandLine& line);
ExitCode run_state(const CommandLine& line);
ExitCode run_validate(const CommandLine& line);
ExitCode run_config(const CommandLine& line);
ExitCode run_version();

}  // namespace cortado::app
