// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/record/time_format.h"

namespace cortado::record {

/// How device, time and value stand in an input record: as a MonitoringRecord (aqs), or at JSON
/// pointers (RFC 6901) of any JSON object.
struct Mapping {
  bool aqs = true;
  std::string device;  ///< "/sensor/id": a text or number
  std::string time;    ///< empty = the log's own timestamp counts
  std::string value;   ///< a number, or a text that is one
  TimeFormat time_format;

  /// **Errors:** kInvalidConfig naming the pointer: missing, or not of the form "/a/b".
  static base::Result<Mapping> generic(std::string device, std::string time, std::string value);
};

}  // namespace cortado::record
