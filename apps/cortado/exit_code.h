// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace cortado::app
