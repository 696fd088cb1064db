// rooms: record
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as CSV: every line is taken or rejected, and what is taken can be written and read
// again.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "cortado/record/csv_reader.h"
#include "cortado/record/csv_writer.h"

namespace {

using namespace cortado::record;

void check(bool good) {
  if (!good) std::abort();
}

using Rows = std::vector<std::vector<std::string>>;

Rows read_rows(const std::string& text, const CsvOptions& options) {
  CsvRows rows(memory_source(text), options,
               [&](const RejectedRow& row) { check(row.line > 0 && !row.reason.empty()); });
  Rows result;
  for (auto more = rows.next(); more.ok() && *more; more = rows.next())
    result.emplace_back(rows.fields().begin(), rows.fields().end());
  return result;
}

void round_trip(const std::string& text) {
  const Rows rows = read_rows(text, {.max_row_bytes = 1 << 20});
  std::string written;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) written += ',';
      // A row of one empty field would be an empty line, which is none.
      if (row.size() == 1 && row[0].empty()) written += "\"\"";
      append_csv_field(row[i], written);
    }
    written += '\n';
  }
  check(written.starts_with("\xef\xbb\xbf") || read_rows(written, {}) == rows);
}

template <typename Reader>
void drain(cortado::base::Result<Reader> reader, const auto& next) {
  if (!reader.ok()) return;
  for (auto more = next(*reader); more.ok() && *more; more = next(*reader)) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  round_trip(text);
  read_rows(text, {.max_row_bytes = 16});
  MonitoringRecord record;
  for (const bool header : {true, false}) {
    drain(MonitoringCsvReader::create(memory_source(text), {.header = header}, nullptr),
          [&record](MonitoringCsvReader& reader) { return reader.next(record); });
    drain(GenericCsvReader::create(memory_source(text), {.header = header}, nullptr),
          [](GenericCsvReader& reader) { return reader.next(); });
  }
  return 0;
}
