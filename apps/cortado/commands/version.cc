// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/version.h"

#include <cstdio>
#include <string>

#include "commands.h"
#include "cortado/htm/kernels.h"

namespace cortado::app {

ExitCode run_version() {
  std::string sets;
  for (const auto name : htm::available_kernels()) sets += " " + std::string(name);
  std::printf("cortado %s\nlibrdkafka %s\ncompiler %s\nkernels %s of%s\n", CORTADO_VERSION,
              kafka::library_version().c_str(), __VERSION__,
              std::string(htm::selected_kernels()).c_str(), sets.c_str());
  return ExitCode::kOk;
}

}  // namespace cortado::app
