// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "crash_records.h"

#include <charconv>
#include <cstdint>

namespace cortado::kafka {
namespace {

constexpr std::string_view kSuffix = ".death";

std::string file_name(const std::string& death) { return death + std::string(kSuffix); }

}  // namespace

base::Status CrashRecords::tell(std::span<const stream::CrashDeath> deaths) {
  for (const stream::CrashDeath& death : deaths) {
    CORTADO_TRY(
        files_.write_file_atomically(file_name(death.name), std::to_string(death.offset.get())));
  }
  return {};
}

base::Result<std::vector<stream::CrashDeath>> CrashRecords::told() {
  CORTADO_ASSIGN(const auto names, files_.list(""));
  std::vector<stream::CrashDeath> deaths;
  for (const std::string& name : names) {
    if (!name.ends_with(kSuffix)) continue;
    const auto text = files_.read_file(name);
    // Forgotten meanwhile.
    if (!text.ok() && text.error().code() == base::ErrorCode::kNotFound) continue;
    CORTADO_TRY(text);
    std::int64_t offset = -1;
    const char* const end = text->data() + text->size();
    if (std::from_chars(text->data(), end, offset).ptr != end || offset < 0) continue;
    deaths.push_back({name.substr(0, name.size() - kSuffix.size()), base::Offset(offset)});
  }
  return deaths;
}

base::Status CrashRecords::forget(std::span<const std::string> names) {
  for (const std::string& name : names) {
    base::Status removed = files_.remove_file(file_name(name));
    // Somebody else was quicker.
    if (!removed.ok() && removed.error().code() != base::ErrorCode::kNotFound) return removed;
  }
  return files_.discard(files_.take_removed());
}

}  // namespace cortado::kafka
