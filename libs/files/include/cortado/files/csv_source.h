// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/stream/source.h"

namespace cortado::files {

/// What a row's RawRecord carries as its value.
enum class RowForm {
  kAqsBinary,   ///< the record's binary encoding, for the mapping aqs
  kJsonObject,  ///< an object of the row's columns, all as text, for a generic mapping
};

struct CsvSourceConfig {
  std::string path;  ///< .gz is unpacked
  RowForm form = RowForm::kAqsBinary;
  bool has_header = true;
};

/// A row that could not be read.
struct RejectedRow {
  std::int64_t line = 0;
  std::string_view reason;
  std::string_view bytes;  ///< of the row as it stood
};

struct CsvHooks {
  /// Called from poll() for every row that is refused; may be empty.
  std::function<base::Status(const RejectedRow&)> rejected;
  /// Called from poll() with the bytes of the file read so far and in all; may be empty.
  std::function<void(std::int64_t, std::int64_t)> progress;
};

/// A CSV file as a source of one partition, number 0, whose topic is the file's name. A row's
/// offset is its number among the good rows, from 0; seek() goes only to where the source stands.
class CsvSource : public stream::PartitionedSource {
 public:
  /// **Errors:** kNotFound and kIo of the file; kInvalidArgument if the header lacks a column.
  static base::Result<std::unique_ptr<CsvSource>> open(const CsvSourceConfig& config,
                                                       CsvHooks hooks);
  virtual std::int64_t rows_read() const = 0;      ///< good ones
  virtual std::int64_t rows_rejected() const = 0;  ///< told to CsvHooks::rejected
};

}  // namespace cortado::files
