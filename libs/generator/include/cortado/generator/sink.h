// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::generator {

/// What the generator fills: a Kafka topic, a file, a test's list. Called by one thread.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  /// Take one record of the device `key` ("06-037-1103-44201-1"); both are valid during the call
  /// only. May block while downstream is full. **Errors:** kInvalidArgument: this record cannot be
  /// taken, others can; any other one ends the run.
  virtual base::Status send(std::string_view key, const record::MonitoringRecord& record) = 0;
  /// Return when everything sent is safe downstream.
  virtual base::Status flush() = 0;
};

/// A row that could not become a record.
struct Reject {
  std::int64_t line = 0;  ///< of the file, from 1
  std::string reason;     ///< one sentence
  std::string bytes;      ///< the row as it was
};

/// Keeps rejected rows.
class RejectSink {
 public:
  virtual ~RejectSink() = default;
  virtual base::Status reject(const Reject& reject) = 0;
};

/// Return a reject as one JSON object without a newline: line, reason, bytes in base64.
std::string to_json(const Reject& reject);

}  // namespace cortado::generator
