// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

/// Append a field, quoted only if it must be.
void append_csv_field(std::string_view text, std::string& out);

/// Append EPA's header, and a record as EPA writes it: every field in quotes, LF at the end.
void append_epa_header(std::string& out);
void append_epa_row(const MonitoringRecord& record, std::string& out);

/// Writes enriched records as CSV: the record's columns by their JSON names, then prediction,
/// error, anomaly, predictionNext, device, sequence, score, status, reason, expectedLow,
/// expectedHigh, modelAge, modelHash, schemaVersion; what is absent or null is empty.
class EnrichedCsvWriter {
 public:
  /// Columns of a MonitoringRecord.
  EnrichedCsvWriter();
  /// Columns of another object: its top-level members by these names.
  explicit EnrichedCsvWriter(std::vector<std::string> columns);

  void append_header(std::string& out) const;
  /// Append one encoded enriched record. **Errors:** kCorrupt.
  base::Status append(std::string_view enriched, std::string& out);
  /// Append one decoded enriched record. Precondition: made without columns.
  void append(const MonitoringRecord& record, std::string& out) const;

 private:
  bool aqs_ = true;
  std::vector<std::string> columns_;
  MonitoringRecord record_;
  std::vector<std::string> texts_;
};

}  // namespace cortado::record
