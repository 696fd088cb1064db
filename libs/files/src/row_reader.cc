// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "row_reader.h"

#include "cortado/record/binary_serde.h"

namespace cortado::files {
namespace {

/// What both readers of the record room have in common.
template <typename Reader>
class BasicRowReader : public RowReader {
 public:
  explicit BasicRowReader(Reader reader) : reader_(std::move(reader)) {}
  std::int64_t line() const override { return reader_.line(); }
  std::string_view bytes() const override { return reader_.bytes(); }
  std::int64_t rejected() const override { return reader_.rejected(); }
  const record::ByteSource& source() const override { return reader_.source(); }

 protected:
  Reader reader_;
};

class AqsRowReader final : public BasicRowReader<record::MonitoringCsvReader> {
 public:
  using BasicRowReader::BasicRowReader;

  base::Result<bool> next(std::string& value) override {
    CORTADO_ASSIGN(const bool found, reader_.next(record_));
    value.clear();
    if (found) record::encode_binary(record_, value);
    return found;
  }
  std::vector<std::string> columns() const override { return {}; }

 private:
  record::MonitoringRecord record_;
};

class JsonRowReader final : public BasicRowReader<record::GenericCsvReader> {
 public:
  using BasicRowReader::BasicRowReader;

  base::Result<bool> next(std::string& value) override {
    CORTADO_ASSIGN(const bool found, reader_.next());
    value.clear();
    if (found) reader_.append_json(value);
    return found;
  }
  std::vector<std::string> columns() const override { return reader_.names(); }
};

}  // namespace

base::Result<std::unique_ptr<RowReader>> open_rows(const CsvSourceConfig& config,
                                                   record::RejectHandler reject) {
  CORTADO_ASSIGN(auto bytes, record::open_file(config.path));
  if (config.form == RowForm::kAqsBinary) {
    CORTADO_ASSIGN(auto reader, record::MonitoringCsvReader::create(std::move(bytes), config.csv,
                                                                    std::move(reject)));
    return std::unique_ptr<RowReader>(std::make_unique<AqsRowReader>(std::move(reader)));
  }
  CORTADO_ASSIGN(auto reader,
                 record::GenericCsvReader::create(std::move(bytes), config.csv, std::move(reject)));
  return std::unique_ptr<RowReader>(std::make_unique<JsonRowReader>(std::move(reader)));
}

}  // namespace cortado::files
