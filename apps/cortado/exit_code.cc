// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "exit_code.h"

#include <cstdio>

namespace cortado::app {

ExitCode report(const base::Error& error) {
  std::fprintf(stderr, "cortado: %s\n", error.message().c_str());
  return error.code() == base::ErrorCode::kInvalidConfig ? ExitCode::kUsage : ExitCode::kFailed;
}

}  // namespace cortado::app
