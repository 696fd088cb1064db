// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <cstdio>

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

}  // namespace cortado::app
