// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cortado/base/error.h"

namespace cortado::app {

/// The process's exit codes, a promise to scripts.
enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,    ///< wrong command line or configuration
  kBadData = 3,  ///< bad data was found, and all good rows were processed
};

/// Tell of an error that ends the program: a mistake of the user's as "cortado: <message>" on
/// standard error, anything else as a line of the log. Return the code that belongs to it.
ExitCode report(const base::Error& error);

/// Write to standard output and see that it arrived there: a full disk or a closed pipe is kFailed.
ExitCode write_out(const std::string& text);

}  // namespace cortado::app
