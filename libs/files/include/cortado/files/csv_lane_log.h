// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cortado/base/outcome.h"
#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"
#include "cortado/stream/lane_log.h"

namespace cortado::files {

struct CsvLaneLogConfig {
  std::string path;  ///< "-" = standard output; a file is replaced
};

/// Called for every dead letter; may be empty.
using DeadLetterHook =
    std::function<base::Status(const base::RawRecord& input, const base::Outcome& outcome)>;

/// Writes enriched records (binary or JSON, told by their first byte) as rows of one CSV: the
/// record's columns by their JSON names, then the enrichment's. One file for all lanes, one lane at
/// a time; it outlives the logs that it makes.
class CsvLogFactory : public stream::LaneLogFactory {
 public:
  /// **Errors:** kIo if the file cannot be made.
  static base::Result<std::unique_ptr<CsvLogFactory>> open(const CsvLaneLogConfig& config,
                                                           DeadLetterHook dead_letter);
  virtual std::int64_t rows_written() const = 0;
  /// Flush and close; report what the operating system refused. Call once, at the end.
  virtual base::Status close() = 0;
};

}  // namespace cortado::files
