// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/files/reject_sink.h"
#include "cortado/stream/lane_log.h"

namespace cortado::files {

struct CsvLogConfig {
  std::string path;  ///< "-" = standard output; an existing file is replaced
  /// Of the input, where it is not a MonitoringRecord: CsvSource::columns().
  std::vector<std::string> columns = {};
};

/// Writes enriched records, JSON or binary, as rows of one CSV (record::EnrichedCsvWriter), those
/// of a commit together. Dead letters go to the sink with the line and the bytes of their row.
/// Nothing is remembered between runs: open() finds no position. Outlives the logs that it makes;
/// all on one thread.
class CsvLogFactory : public stream::LaneLogFactory {
 public:
  /// Make the file and write the header. **Errors:** kIo, kNotFound.
  static base::Result<std::unique_ptr<CsvLogFactory>> open(const CsvLogConfig& config,
                                                           RejectSink rejects);

  virtual std::int64_t rows_written() const = 0;
  virtual std::int64_t dead_letters() const = 0;
  /// Write what is buffered and close the file. Call once, at the end. **Errors:** kIo.
  virtual base::Status close() = 0;
};

}  // namespace cortado::files
