// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"
#include "cortado/generator/pacing.h"
#include "cortado/generator/progress.h"
#include "cortado/generator/sink.h"

namespace cortado::generator {

/// One record on its way, valid until the next call of its source.
struct Reading {
  std::string_view key;  ///< the device
  const record::MonitoringRecord* record = nullptr;
  std::optional<base::EpochMillis> event_time;
};

/// Where records come from: a CSV or the simulator.
class ReadingSource {
 public:
  virtual ~ReadingSource() = default;
  /// Return the next reading, or none at the end. Rows that are no records are handed to the
  /// source's RejectSink and skipped. **Errors:** the file cannot be read on.
  virtual base::Result<std::optional<Reading>> next() = 0;
  /// Hand the row of the last reading to the RejectSink: the sink takes no such record. **Errors:**
  /// one without a row gives the reason back.
  virtual base::Status reject(base::Error reason) = 0;
  /// Begin again.
  virtual base::Status rewind() = 0;
  /// Input done and in all, in the source's own unit (bytes of the file, records); total 0 =
  /// unknown.
  virtual std::int64_t done() const = 0;
  virtual std::int64_t total() const = 0;
  /// Rows rejected so far, over all loops.
  virtual std::int64_t rejected() const = 0;
};

struct GeneratorTotals {
  std::int64_t records = 0;
  std::int64_t rejected = 0;
  std::int64_t loops = 0;  ///< times that the source came to its end; 0 after a stop before it
  double seconds = 0;
};

/// Move every reading from `source` to `sink` at the pace of `config`, reporting progress about ten
/// times a second of `clock` and at the end. A record that the sink refuses with kInvalidArgument
/// is a bad row. Ends at the end of the source, on a stop, or where the
/// source cannot be read on; flushes in each case. **Errors:** kInvalidConfig for two ways of
/// pacing or a loop over nothing; what the source or the sink reports.
base::Result<GeneratorTotals> generate(const GeneratorConfig& config, ReadingSource& source,
                                       RecordSink& sink, base::Clock& clock, std::stop_token stop,
                                       const ProgressCallback& progress = {});

}  // namespace cortado::generator
