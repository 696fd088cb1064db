// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/files/csv_source.h"
#include "cortado/record/byte_source.h"

namespace cortado::files {

/// The rows of a CSV as values of records.
class RowReader {
 public:
  virtual ~RowReader() = default;
  /// Go to the next good row and replace `value` by it; false at the end.
  virtual base::Result<bool> next(std::string& value) = 0;
  virtual std::int64_t line() const = 0;
  virtual std::string_view bytes() const = 0;
  virtual std::int64_t rejected() const = 0;
  virtual const record::ByteSource& source() const = 0;
  virtual std::vector<std::string> columns() const = 0;
};

/// Open the file of a configuration.
base::Result<std::unique_ptr<RowReader>> open_rows(const CsvSourceConfig& config,
                                                   record::RejectHandler reject);

}  // namespace cortado::files
