// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"
#include "cortado/base/result.h"
#include "cortado/record/mapping.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

/// What a mapping finds in any JSON object. Reused: strings keep their memory.
struct GenericRecord {
  std::string device;                           ///< empty if missing or neither text nor number
  std::optional<base::EpochMillis> event_time;  ///< none if not mapped or unreadable
  std::optional<double> value;                  ///< none if unusable
  bool measured = false;  ///< something stands where the value is to be, usable or not

  /// The object's members that are kept as they stand, bytes and order (with what stands between
  /// them), and those with one of our names, which an enriched record keeps under "original".
  std::string members;
  std::string original;
};

/// Read any JSON object by a mapping. Precondition: !mapping.aqs. **Errors:** kCorrupt: not one
/// whole JSON object, or not UTF-8.
base::Status decode_generic(std::string_view json, const Mapping& mapping, GenericRecord& record);

/// Append the enriched record: the object's own members, then ours.
void encode_generic(const GenericRecord& record, const Scores& scores, const Enrichment& enrichment,
                    std::string& out);

}  // namespace cortado::record
