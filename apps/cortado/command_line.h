// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "admin/admin_options.h"
#include "bench/bench_options.h"
#include "dlq/dlq_options.h"
#include "evaluation/evaluation_options.h"
#include "look/look_options.h"
#include "state/state_options.h"

namespace cortado::app {

enum class Command {
  kDemo,
  kGenerate,
  kDetect,
  kReplay,
  kBench,
  kNab,
  kEvaluate,
  kDlq,
  kView,
  kTap,
  kTop,
  kAdmin,
  kState,
  kValidate,
  kConfig,
  kVersion
};

/// What the command line says, before any configuration is read.
struct CommandLine {
  Command command = Command::kVersion;
  std::string config_file;  ///< -c
  std::string input;        ///< FILE.csv of generate, demo and replay
  std::string output;       ///< -o of replay
  std::string rejects;      ///< --rejects of generate and replay
  std::string labels;       ///< --labels: written by generate --simulate and demo, read by replay
  std::string report;       ///< --report of replay
  std::string config_view;  ///< print, reference or schema, of config
  bool simulate = false;
  bool json = false;
  bool origin = false;
  bool no_environment = false;
  BenchOptions bench;
  EvaluationOptions evaluation;
  DlqOptions dlq;
  LookOptions look;
  AdminOptions admin;
  StateOptions state;
  bool until_end = false;  ///< detect: leave when all that the topic held at the start is scored
  /// Configuration keys set by flags, in the order written: key, value, the flag as written.
  struct Setting {
    std::string path;
    std::string value;
    std::string flag;
  };
  std::vector<Setting> settings;
};

/// Parse the arguments. Returns true with `line` filled, or false with `exit_code` set after help
/// or an error was printed.
bool parse_command_line(int argc, char** argv, CommandLine& line, int& exit_code);

}  // namespace cortado::app
