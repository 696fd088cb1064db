// rooms: record
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a binary record, as they are and with a good header and checksum put around them:
// refused, or read so that what is written again reads as the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/record/binary_serde.h"
#include "cortado/record/json_serde.h"

namespace {

using namespace cortado::record;

void check(bool good) {
  if (!good) std::abort();
}

void decode_and_encode(std::string_view bytes) {
  MonitoringRecord record;
  if (!decode_binary(bytes, record).ok()) return;
  std::string out;
  encode_binary(record, out);
  MonitoringRecord back;
  check(decode_binary(out, back).ok() && back == record);
  out.clear();
  encode_json(record, out);
  check(decode_enriched_json(out, back).ok());
}

/// A frame that is sound around flags and body that are not.
std::string framed(std::string_view bytes) {
  std::string out("\xc0\x52", 2);
  cortado::base::ByteWriter writer(out);
  writer.u8(kBinaryVersion);
  writer.raw(bytes.substr(0, 1));
  writer.u32(static_cast<std::uint32_t>(bytes.size() - 1));
  writer.raw(bytes.substr(1));
  writer.u32(cortado::base::crc32c(out));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  decode_and_encode(bytes);
  if (!bytes.empty()) decode_and_encode(framed(bytes));
  return 0;
}
