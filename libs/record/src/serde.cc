// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/serde.h"

#include "cortado/record/binary_serde.h"
#include "cortado/record/json_serde.h"

namespace cortado::record {

base::Status decode(std::string_view bytes, MonitoringRecord& record) {
  return looks_binary(bytes) ? decode_binary(bytes, record) : decode_json(bytes, record);
}

base::Status decode_enriched(std::string_view bytes, MonitoringRecord& record) {
  return looks_binary(bytes) ? decode_binary(bytes, record) : decode_enriched_json(bytes, record);
}

void encode(RecordFormat format, const MonitoringRecord& record, std::string& out) {
  if (format == RecordFormat::kBinary) {
    encode_binary(record, out);
  } else {
    encode_json(record, out);
  }
}

}  // namespace cortado::record
