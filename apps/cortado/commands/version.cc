// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/version.h"

#include <cstdio>

#include "commands.h"

namespace cortado::app {

ExitCode run_version() {
  std::printf("cortado %s\nlibrdkafka %s\ncompiler %s\n", CORTADO_VERSION,
              kafka::library_version().c_str(), __VERSION__);
  return ExitCode::kOk;
}

}  // namespace cortado::app
