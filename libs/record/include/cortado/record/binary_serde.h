// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"
#include "cortado/record/monitoring_record.h"

namespace cortado::record {

/// The version that encode_binary writes. 0: no promise to later versions yet.
inline constexpr std::uint8_t kBinaryVersion = 0;

/// True if the bytes begin as a binary record does (C0 52), which neither JSON nor Confluent's
/// framing does.
bool looks_binary(std::string_view bytes);

/// Read a binary record (docs/formats/binary-record.md), raw or enriched. The record is replaced.
/// **Errors:** kCorrupt (magic, length, checksum, content), kUnsupported (version).
base::Status decode_binary(std::string_view bytes, MonitoringRecord& record);

/// Append the record with its extra members and its enrichment.
void encode_binary(const MonitoringRecord& record, std::string& out);

}  // namespace cortado::record
