// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/files/reject_sink.h"
#include "cortado/record/csv_reader.h"
#include "cortado/stream/source.h"

namespace cortado::files {

/// The headers of a CsvSource's records: the row's line number in digits, and its bytes as in the
/// file. They let a dead letter name the row that it came from.
inline constexpr std::string_view kLineHeader = "csv-line";
inline constexpr std::string_view kRowHeader = "csv-row";

/// What a row's RawRecord carries as its value.
enum class RowForm {
  kAqsBinary,   ///< the record's binary encoding, for the mapping aqs
  kJsonObject,  ///< an object of the row's columns, all as text, for a generic mapping
};

struct CsvSourceConfig {
  std::string path;  ///< gzip is told by content; "-" = standard input
  RowForm form = RowForm::kAqsBinary;
  record::CsvOptions csv = {};
};

/// Called at the end of every poll with the bytes of the file taken so far and in all; -1 where
/// nobody knows. May be empty.
using ProgressHook = std::function<void(std::int64_t done, std::int64_t all)>;

/// A CSV file as a source of one partition, number 0, whose topic is the path. A row's offset is
/// its number among the good rows, from 0; key and timestamp are absent. It is read once from front
/// to back: seek() goes only to where it stands. A file that cannot be read on ends there, so that
/// the rows before are processed; ended() says why.
class CsvSource : public stream::PartitionedSource {
 public:
  /// Open the file and read its header. **Errors:** kNotFound, kIo; kInvalidArgument if the header
  /// does not fit the form.
  static base::Result<std::unique_ptr<CsvSource>> open(const CsvSourceConfig& config,
                                                       RejectSink rejects, ProgressHook progress);

  virtual std::int64_t rows_read() const = 0;      ///< good ones
  virtual std::int64_t rows_rejected() const = 0;  ///< by the reader
  /// Ok once the file was read to its end. **Errors:** kUnavailable before that; what made it end
  /// early: kIo, or kCorrupt for a cut or damaged .gz.
  virtual base::Status ended() const = 0;
  /// The columns of kJsonObject, for CsvLogFactory; empty for kAqsBinary.
  virtual std::vector<std::string> columns() const = 0;
};

}  // namespace cortado::files
