// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

/// Read a JSON record of the input topic. Names are exactly the original's; a text may also be
/// written as a number (its digits are the text) or null (empty); missing texts are empty; of a
/// name given twice the last counts. Other members are kept: those with one of the enrichment's
/// names as original_members(), the rest as extra_members(). The record is replaced. Views of
/// `json` are not kept. **Errors:** kCorrupt: not one JSON object, not UTF-8, a member of another
/// type. After an error the record's content is unspecified.
base::Status decode_json(std::string_view json, MonitoringRecord& record);

/// Read a JSON record of the enriched topic: the enrichment is read as such. **Errors:** also
/// kCorrupt for an enrichment of another form.
base::Status decode_enriched_json(std::string_view json, MonitoringRecord& record);

/// Append the record as one JSON object without spaces: the 24 texts, extra members, the four
/// numbers (null where absent), the enrichment, "original". Numbers are the shortest text that
/// reads back the same; not a number is null; bytes that are not UTF-8 become U+FFFD.
void encode_json(const MonitoringRecord& record, std::string& out);

/// Append a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& out);
/// Append a number in its shortest form; null if absent or not finite.
void append_json_number(std::optional<double> number, std::string& out);

}  // namespace cortado::record
