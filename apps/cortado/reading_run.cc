// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "reading_run.h"

#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include "cortado/base/file_system.h"
#include "cortado/base/log.h"
#include "cortado/generator/progress.h"

namespace cortado::app {

std::string rejects_path(const std::string& flag, const std::string& input) {
  if (!flag.empty()) return flag;
  return (input == "-" ? "stdin" : input) + ".rejects.jsonl";
}

base::Status check_files_apart(std::initializer_list<std::string_view> paths) {
  const auto same = [](std::string_view a, std::string_view b) {
    std::error_code ignored;
    if (a.empty() || a == "-" || b == "-") return false;
    return a == b || std::filesystem::equivalent(a, b, ignored);
  };
  for (const auto* a = paths.begin(); a != paths.end(); ++a) {
    for (const auto* b = a + 1; b != paths.end(); ++b) {
      if (!same(*a, *b)) continue;
      return base::Error(base::ErrorCode::kInvalidConfig,
                         "input, output, rejects, report and labels must be different files");
    }
  }
  return {};
}

void tell_rejected(std::int64_t rows, const RejectFileSink& rejects) {
  base::log_warning("cortado", "bad rows are kept in " + rejects.path(),
                    {{"rows", std::to_string(rows)}});
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
