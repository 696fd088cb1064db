// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

enum class RecordFormat { kJson, kBinary };

/// Read a record of the input topic in either format, told by its first bytes. **Errors:** those
/// of decode_json and decode_binary.
base::Status decode(std::string_view bytes, MonitoringRecord& record);
/// The same of the enriched topic.
base::Status decode_enriched(std::string_view bytes, MonitoringRecord& record);
/// Append the record.
void encode(RecordFormat format, const MonitoringRecord& record, std::string& out);

}  // namespace cortado::record
