// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/record/byte_source.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

struct CsvOptions {
  bool header = true;  ///< false: the file begins with data, columns as kCsvTitles
  char separator = ',';
  std::size_t max_row_bytes = 1 << 20;  ///< a longer row is rejected
};

/// A row that could not be taken. Views are valid during the call.
struct RejectedRow {
  std::int64_t line = 0;    ///< its first line, from 1
  std::string_view reason;  ///< one sentence
  std::string_view bytes;   ///< as in the file, without the line's end
};

/// Called for every bad row; the reader goes on with the next line.
using RejectHandler = std::function<void(const RejectedRow&)>;

/// Rows of RFC 4180: quoted fields with doubled quotes and line breaks, CRLF or LF, a UTF-8 byte
/// order mark at the start; empty lines are skipped. A row with a wrong quote, too many bytes or
/// bytes that are not UTF-8 is rejected; after a quote that never closes reading goes on with the
/// line after the one it stands in. Memory: max_row_bytes and a read buffer.
class CsvRows {
 public:
  CsvRows(std::unique_ptr<ByteSource> source, const CsvOptions& options, RejectHandler reject);

  /// Go to the next row; false at the end. **Errors:** those of the source.
  base::Result<bool> next();
  /// The row's fields, unquoted; valid until next().
  std::span<const std::string_view> fields() const { return fields_; }
  /// The row's first line in the file, and its bytes as there.
  std::int64_t line() const { return row_line_; }
  std::string_view bytes() const { return row_; }
  /// Reject the row that next() gave.
  void reject(std::string_view reason) { reject_bytes(row_, reason); }
  std::int64_t rejected() const { return rejected_; }
  /// Why the last row that next() rejected was; one sentence.
  std::string_view problem() const { return problem_; }
  const ByteSource& source() const { return *source_; }

 private:
  enum class Ending { kRow, kEnd, kOpenQuote, kTooLong };

  base::Result<Ending> find_row();
  Ending row_found(std::size_t end, std::int64_t lines);
  base::Result<bool> fill();
  base::Status skip_byte_order_mark();
  bool split_row();
  bool split_field(std::size_t& at);
  bool split_quoted_field(std::size_t& at);
  void reject_bytes(std::string_view bytes, std::string_view reason);
  base::Status reject_first_line(std::string_view reason);

  std::unique_ptr<ByteSource> source_;
  CsvOptions options_;
  RejectHandler reject_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of the part of buffer_ that is not taken yet
  bool source_ended_ = false;
  bool started_ = false;
  std::int64_t line_ = 1;  // of begin_
  std::int64_t row_line_ = 0;
  std::string_view row_;
  std::size_t row_end_ = 0;  // in buffer_, behind the line's end
  std::int64_t row_lines_ = 0;
  std::string unquoted_;
  std::size_t unquoted_size_ = 0;
  std::vector<std::string_view> fields_;
  std::string_view problem_;
  std::int64_t rejected_ = 0;
};

/// EPA AQS hourly rows as records. Columns are found by name (EPA's titles or the JSON names) in
/// any order; others are ignored, absent ones are empty. The four numbers are read where the file
/// has them.
class MonitoringCsvReader {
 public:
  /// Read the header. **Errors:** kInvalidArgument if its row cannot be read, a column that the
  /// device, the time or the value needs is missing, or a known one stands twice; those of the
  /// source.
  static base::Result<MonitoringCsvReader> create(std::unique_ptr<ByteSource> source,
                                                  const CsvOptions& options, RejectHandler reject);

  /// Read the next good row; false at the end. **Errors:** those of the source.
  base::Result<bool> next(MonitoringRecord& record);
  /// The last row's first line, and its bytes as in the file; valid until next().
  std::int64_t line() const { return rows_->line(); }
  std::string_view bytes() const { return rows_->bytes(); }
  /// Reject the row that next() gave, for a reason of the caller's.
  void reject(std::string_view reason) { rows_->reject(reason); }
  std::int64_t rejected() const { return rows_->rejected(); }
  const ByteSource& source() const { return rows_->source(); }
  /// Names of columns that are not ours.
  const std::vector<std::string>& ignored_columns() const { return ignored_; }

 private:
  MonitoringCsvReader() = default;
  base::Status read_header(const CsvOptions& options);
  base::Status place_column(std::string_view name, int column);
  base::Status check_columns(std::string_view hint) const;
  std::string_view field_text(std::size_t column) const;
  bool fill(MonitoringRecord& record);

  std::unique_ptr<CsvRows> rows_;
  std::array<int, kFieldCount + 4> columns_{};  // of each text and number, -1 = absent
  std::size_t width_ = 0;
  std::vector<std::string> ignored_;
  std::string problem_;
};

/// Any CSV with a header, as names and texts.
class GenericCsvReader {
 public:
  /// Read the header; without one the names are column1, column2, ... **Errors:** kInvalidArgument
  /// for an empty file, a header row that cannot be read, an empty name or a name twice; those of
  /// the source.
  static base::Result<GenericCsvReader> create(std::unique_ptr<ByteSource> source,
                                               const CsvOptions& options, RejectHandler reject);

  const std::vector<std::string>& names() const { return names_; }
  /// Go to the next row with as many fields as names; false at the end.
  base::Result<bool> next();
  std::span<const std::string_view> fields() const { return rows_->fields(); }
  /// Append the row as a JSON object of texts, in the order of the columns.
  void append_json(std::string& out) const;
  std::int64_t line() const { return rows_->line(); }
  std::string_view bytes() const { return rows_->bytes(); }
  void reject(std::string_view reason) { rows_->reject(reason); }
  std::int64_t rejected() const { return rows_->rejected(); }
  const ByteSource& source() const { return rows_->source(); }

 private:
  GenericCsvReader() = default;

  std::unique_ptr<CsvRows> rows_;
  std::vector<std::string> names_;
  bool pending_ = false;  // without a header the first row is data, read already
  std::string problem_;
};

}  // namespace cortado::record
