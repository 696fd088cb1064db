// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/version.h"

#include <string>

#include "commands.h"
#include "cortado/htm/kernels.h"

namespace cortado::app {

ExitCode run_version() {
  std::string text = "cortado " CORTADO_VERSION "\nlibrdkafka " + kafka::library_version() +
                     "\ncompiler " __VERSION__ "\nkernels " + std::string(htm::selected_kernels()) +
                     " of";
  for (const auto name : htm::available_kernels()) text += " " + std::string(name);
  return write_out(text + "\n");
}

}  // namespace cortado::app
