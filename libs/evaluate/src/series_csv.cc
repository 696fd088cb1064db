// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "series_csv.h"

#include <algorithm>
#include <optional>

#include "cortado/record/byte_source.h"
#include "cortado/record/csv_reader.h"

namespace cortado::evaluate {
namespace {

base::Error corrupt(const std::string& path, const std::string& what) {
  return {base::ErrorCode::kCorrupt, path + ": " + what};
}

std::optional<std::size_t> find(const std::vector<std::string>& titles,
                                const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto at = std::find(titles.begin(), titles.end(), name);
    if (at != titles.end()) return static_cast<std::size_t>(at - titles.begin());
  }
  return std::nullopt;
}

}  // namespace

base::Result<std::vector<std::vector<std::string>>> read_columns(
    base::FileSystem& files, const std::string& path,
    const std::vector<std::vector<std::string>>& names) {
  CORTADO_ASSIGN(auto bytes, files.read_file(path));
  std::string bad;
  const auto reject = [&bad](const record::RejectedRow& row) {
    if (bad.empty()) bad = "line " + std::to_string(row.line) + ": " + std::string(row.reason);
  };
  CORTADO_ASSIGN(auto reader, record::GenericCsvReader::create(
                                  record::memory_source(std::move(bytes)), {}, reject));
  std::vector<std::optional<std::size_t>> places;
  for (const auto& column : names) {
    places.push_back(find(reader.names(), column));
    // An empty name says that the column may be absent.
    const bool optional = std::find(column.begin(), column.end(), "") != column.end();
    if (!places.back() && !optional) return corrupt(path, "no column " + column.front());
  }
  std::vector<std::vector<std::string>> columns(names.size());
  while (true) {
    CORTADO_ASSIGN(const bool more, reader.next());
    if (!bad.empty()) return corrupt(path, bad);
    if (!more) return columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (places[i]) columns[i].emplace_back(reader.fields()[*places[i]]);
    }
  }
}

bool window_of(const std::vector<Reading>& readings, base::EpochMillis from, base::EpochMillis to,
               Window& window) {
  bool any = false;
  for (std::size_t row = 0; row < readings.size(); ++row) {
    const auto& time = readings[row].time;
    if (!time || *time < from || *time > to) continue;
    if (!any) window.first = row;
    window.last = row;
    any = true;
  }
  return any;
}

void tidy(std::vector<Window>& windows) {
  std::stable_sort(windows.begin(), windows.end(),
                   [](const Window& a, const Window& b) { return a.first < b.first; });
  std::vector<Window> joined;
  for (auto& window : windows) {
    if (!joined.empty() && window.first <= joined.back().last) {
      joined.back().last = std::max(joined.back().last, window.last);
    } else {
      joined.push_back(std::move(window));
    }
  }
  windows = std::move(joined);
}

}  // namespace cortado::evaluate
