// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "cortado/base/option.h"
#include "cortado/record/mapping.h"
#include "cortado/record/serde.h"

namespace cortado::enrich {

/// What to do with a record of a certain kind.
enum class Policy { kProcess, kIgnore, kDeadLetter };
/// What to do with a record without a value; kForget: drop the model of the device that the key
/// names.
enum class TombstonePolicy { kIgnore, kForget, kDeadLetter };

/// Where device, time and value stand: `aqs`, or a mapping of JSON pointers.
struct MappingConfig {
  bool aqs = true;
  std::string device;
  std::string time;
  std::string value;
};

struct EnrichConfig {
  record::RecordFormat input_format = record::RecordFormat::kJson;
  MappingConfig mapping = {};
  std::string time_format = {};
  TombstonePolicy tombstone = TombstonePolicy::kIgnore;
  Policy late = Policy::kProcess;       ///< event time below the device's newest
  Policy duplicate = Policy::kProcess;  ///< event time equal to the device's newest
  Policy future = Policy::kProcess;     ///< event time beyond the record's own timestamp
  record::RecordFormat output_format = record::RecordFormat::kJson;
};

/// Describe the keys "input.*" and "output.*".
base::Options describe(EnrichConfig& config);

/// Return the checked mapping of a configuration. **Errors:** kInvalidConfig naming the key.
base::Result<record::Mapping> make_mapping(const EnrichConfig& config);

}  // namespace cortado::enrich
