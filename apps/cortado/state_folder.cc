// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state_folder.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include "cortado/base/file_system.h"

namespace cortado::app {
namespace {

namespace fs = std::filesystem;

/// The folders of a path that do not exist, the innermost first.
std::vector<fs::path> missing_folders(const fs::path& folder) {
  std::vector<fs::path> missing;
  std::error_code ignored;
  for (fs::path part = folder; !part.empty() && !fs::exists(part, ignored);
       part = part.parent_path()) {
    if (part.has_filename()) missing.push_back(part);
  }
  return missing;
}

base::Status try_to_write(const std::string& folder) {
  auto& files = base::posix_file_system();
  CORTADO_TRY(files.create_directories(folder));
  // Unlike any file of ours, and of another validation's.
  const std::string probe = folder + "/.validate-" + std::to_string(::getpid());
  CORTADO_TRY(files.write_file_atomically(probe, "?"));
  return files.remove_file(probe);
}

}  // namespace

base::Status check_state_folder(const stream::StateConfig& state) {
  if (state.store != stream::StateStore::kDirectory || state.dir.empty()) return {};
  const std::vector<fs::path> made = missing_folders(state.dir);
  const base::Status status = try_to_write(state.dir);
  std::error_code ignored;
  for (const fs::path& folder : made) fs::remove(folder, ignored);  // only an empty one goes
  if (status.ok()) return {};
  return base::Error(status.error().code(), "state.dir: " + status.error().message());
}

}  // namespace cortado::app
