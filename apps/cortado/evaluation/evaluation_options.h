// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace cortado::app {

/// What the command line of `nab` and `evaluate` says, beside configuration keys.
struct EvaluationOptions {
  std::string folder;      ///< DIR
  std::int64_t seeds = 1;  ///< runs with detector.seed, detector.seed + 1, ...
  std::int64_t threads = 0;
  std::int64_t files = 58;  ///< of nab: how many series the folder must have; 0 = any number
  std::string results;      ///< --results of nab
  std::string score;        ///< --score of nab: result files of another detector
  std::string against;      ///< --against of nab
  std::string baseline;     ///< --baseline of nab
  double threshold = 0.5;   ///< --threshold of --score
  bool forecast = false;

  std::string simulate;          ///< --simulate of evaluate: tune or report
  double rate = 1;               ///< false alarms of a device in 1,000 records
  std::int64_t grace = -1;       ///< rows behind a window; -1 = 6 of the simulator's, else 0
  std::int64_t refractory = 30;  ///< rows that an alarm stands for
  std::int64_t probation = -1;   ///< first rows that are not scored; -1 = as in NAB
};

}  // namespace cortado::app
