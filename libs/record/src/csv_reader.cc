// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/csv_reader.h"

#include <algorithm>

#include "cortado/record/json_serde.h"
#include "number.h"

namespace cortado::record {
namespace {

constexpr std::array<Field, 8> kNeeded = {
    Field::kStateCode, Field::kCountyCode, Field::kSiteNum, Field::kParameterCode,
    Field::kPoc,       Field::kDateGmt,    Field::kTimeGmt, Field::kSampleMeasurement};
constexpr std::size_t kKeyParts = 5;

base::Error bad_header(std::string message) {
  return base::Error(base::ErrorCode::kInvalidArgument, "CSV header: " + std::move(message));
}

/// What else may stand between the fields of a row that has one field.
std::string other_separator(const CsvRows& rows, char separator) {
  if (rows.fields().size() > 1) return "";
  static constexpr std::array<std::pair<char, std::string_view>, 4> kNames = {
      {{',', ","}, {';', ";"}, {'\t', "tab"}, {'|', "|"}}};
  for (const auto& [other, name] : kNames) {
    if (other != separator && rows.bytes().find(other) != std::string_view::npos)
      return "; if its fields are separated otherwise, set generator.separator to \"" +
             std::string(name) + "\"";
  }
  return "";
}

/// Go to the header. A first row that was rejected would else make the next one the header, or a
/// file of another kind an empty one.
base::Status read_first(CsvRows& rows, const CsvOptions& options) {
  CORTADO_ASSIGN(const bool any, rows.next());
  if (rows.rejected() > 0 && (options.header || !any))
    return bad_header("its row cannot be read: " + std::string(rows.problem()));
  if (!any) return bad_header("the file is empty");
  if (rows.bytes().find('\r') != std::string_view::npos)
    return bad_header("it holds a carriage return; rows must end in LF or CRLF");
  return {};
}

std::string wrong_width(std::size_t fields, std::size_t columns) {
  return "the row has " + std::to_string(fields) + " fields and the file " +
         std::to_string(columns) + " columns";
}

}  // namespace

base::Result<MonitoringCsvReader> MonitoringCsvReader::create(std::unique_ptr<ByteSource> source,
                                                              const CsvOptions& options,
                                                              RejectHandler reject) {
  MonitoringCsvReader reader;
  reader.rows_ = std::make_unique<CsvRows>(std::move(source), options, std::move(reject));
  CORTADO_TRY(reader.read_header(options));
  return reader;
}

base::Status MonitoringCsvReader::read_header(const CsvOptions& options) {
  columns_.fill(-1);
  width_ = kFieldCount;
  if (!options.header) {
    for (std::size_t i = 0; i < kFieldCount; ++i) columns_[i] = static_cast<int>(i);
    return {};
  }
  CORTADO_TRY(read_first(*rows_, options));
  const auto names = rows_->fields();
  width_ = names.size();
  for (std::size_t i = 0; i < width_; ++i)
    CORTADO_TRY(place_column(trim(names[i]), static_cast<int>(i)));
  return check_columns(other_separator(*rows_, options.separator));
}

base::Status MonitoringCsvReader::place_column(std::string_view name, int column) {
  std::size_t place = columns_.size();
  if (const auto field = field_of(name)) place = index_of(*field);
  const auto* const score = std::find(kScoreNames.begin(), kScoreNames.end(), name);
  if (score != kScoreNames.end())
    place = kFieldCount + static_cast<std::size_t>(score - kScoreNames.begin());
  if (place == columns_.size()) {
    ignored_.emplace_back(name);
    return {};
  }
  if (columns_[place] >= 0)
    return bad_header("the column \"" + std::string(name) + "\" is there twice");
  columns_[place] = column;
  return {};
}

base::Status MonitoringCsvReader::check_columns(std::string_view hint) const {
  for (const Field field : kNeeded) {
    const std::size_t i = index_of(field);
    if (columns_[i] >= 0) continue;
    return bad_header(
        "the column \"" + std::string(kCsvTitles[i]) + "\" (or " + std::string(kJsonNames[i]) +
        ") is missing; if the file has no header, set generator.skip_header to false" +
        std::string(hint));
  }
  return {};
}

base::Result<bool> MonitoringCsvReader::next(MonitoringRecord& record) {
  while (true) {
    CORTADO_ASSIGN(const bool any, rows_->next());
    if (!any) return false;
    if (rows_->fields().size() != width_) {
      problem_ = wrong_width(rows_->fields().size(), width_);
    } else if (fill(record)) {
      return true;
    }
    rows_->reject(problem_);
  }
}

std::string_view MonitoringCsvReader::field_text(std::size_t column) const {
  const int at = columns_[column];
  return at < 0 ? std::string_view() : rows_->fields()[static_cast<std::size_t>(at)];
}

/// Copy the row into the record; false if its device cannot be told.
bool MonitoringCsvReader::fill(MonitoringRecord& record) {
  char* const buffer = record.start(rows_->bytes().size());
  std::size_t written = 0;
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    const std::string_view text = field_text(i);
    if (text.empty() && i < kKeyParts) {
      problem_ = std::string(kCsvTitles[i]) + " is empty, so that the device cannot be told";
      return false;
    }
    text.copy(buffer + written, text.size());
    record.set_span(static_cast<Field>(i), written, text.size());
    written += text.size();
  }
  record.scores.prediction = number_of(field_text(kFieldCount));
  record.scores.error = number_of(field_text(kFieldCount + 1));
  record.scores.anomaly = number_of(field_text(kFieldCount + 2));
  record.scores.prediction_next = number_of(field_text(kFieldCount + 3));
  return true;
}

base::Result<GenericCsvReader> GenericCsvReader::create(std::unique_ptr<ByteSource> source,
                                                        const CsvOptions& options,
                                                        RejectHandler reject) {
  GenericCsvReader reader;
  reader.rows_ = std::make_unique<CsvRows>(std::move(source), options, std::move(reject));
  CORTADO_TRY(read_first(*reader.rows_, options));
  reader.pending_ = !options.header;
  for (const std::string_view field : reader.rows_->fields()) {
    std::string name = "column" + std::to_string(reader.names_.size() + 1);
    if (options.header) name = trim(field);
    if (name.empty()) return bad_header("a column has no name");
    const auto same = std::find(reader.names_.begin(), reader.names_.end(), name);
    if (same != reader.names_.end())
      return bad_header("the column \"" + name + "\" is there twice");
    reader.names_.push_back(std::move(name));
  }
  return reader;
}

base::Result<bool> GenericCsvReader::next() {
  while (true) {
    if (!pending_) {
      CORTADO_ASSIGN(const bool any, rows_->next());
      if (!any) return false;
    }
    pending_ = false;
    if (fields().size() == names_.size()) return true;
    problem_ = wrong_width(fields().size(), names_.size());
    rows_->reject(problem_);
  }
}

void GenericCsvReader::append_json(std::string& out) const {
  out += '{';
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(names_[i], out);
    out += ':';
    append_json_string(fields()[i], out);
  }
  out += '}';
}

}  // namespace cortado::record
