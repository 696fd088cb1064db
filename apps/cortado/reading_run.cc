// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "reading_run.h"

#include <cstdio>

#include <unistd.h>

#include "cortado/base/file_system.h"
#include "cortado/generator/progress.h"

namespace cortado::app {

std::string rejects_path(const std::string& flag, const std::string& input) {
  if (!flag.empty()) return flag;
  return (input == "-" ? "stdin" : input) + ".rejects.jsonl";
}

void tell_rejected(std::int64_t rows, const RejectFileSink& rejects) {
  std::fprintf(stderr, "cortado: %lld bad rows are kept in %s\n", static_cast<long long>(rows),
               rejects.path().c_str());
}

base::Result<std::unique_ptr<generator::ReadingSource>> open_simulator(
    const generator::SimulatorConfig& config, const std::string& labels_path) {
  CORTADO_ASSIGN(auto simulator, generator::Simulator::create(config));
  if (!labels_path.empty()) {
    std::string lines;
    for (const auto& label : simulator->labels()) lines += generator::to_json(label) + "\n";
    CORTADO_TRY(base::posix_file_system().write_file_atomically(labels_path, lines));
  }
  return std::unique_ptr<generator::ReadingSource>(std::move(simulator));
}

generator::ProgressCallback terminal_progress() {
  if (::isatty(STDERR_FILENO) == 0) return {};
  const auto write = [](std::string_view bytes) {
    std::fwrite(bytes.data(), 1, bytes.size(), stderr);
    std::fflush(stderr);
  };
  auto bar = std::make_shared<generator::ProgressBar>(write, true);
  return [bar](const generator::Progress& progress) { bar->draw(progress); };
}

}  // namespace cortado::app
