// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cortado/base/log.h"

namespace cortado::app {

ExitCode report(const base::Error& error) {
  if (error.code() == base::ErrorCode::kInvalidConfig) {
    std::fprintf(stderr, "cortado: %s\n", error.message().c_str());
    return ExitCode::kUsage;
  }
  base::log_error("cortado", error.message());
  return ExitCode::kFailed;
}

ExitCode write_out(const std::string& text) {
  const bool written = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  if (written) return ExitCode::kOk;
  return report({base::ErrorCode::kIo,
                 "standard output: " + std::error_code(errno, std::generic_category()).message()});
}

}  // namespace cortado::app
