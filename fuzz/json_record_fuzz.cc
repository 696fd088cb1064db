// rooms: record
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a JSON record: refused, or read so that what is written again reads as the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cortado/record/binary_serde.h"
#include "cortado/record/enriched_view.h"
#include "cortado/record/generic_record.h"
#include "cortado/record/json_serde.h"

namespace {

using namespace cortado::record;

void check(bool good) {
  if (!good) std::abort();
}

void as_monitoring_record(std::string_view json) {
  MonitoringRecord record;
  MonitoringRecord back;
  std::string out;
  const bool good = decode_json(json, record).ok();
  // A blank in front of everything keeps the fast way out; both ways must agree.
  const bool slow = decode_json(" " + std::string(json), back).ok();
  check(good == slow && (!good || record == back));
  if (good) {
    encode_binary(record, out);
    check(decode_binary(out, back).ok() && back == record);
  }
  if (!decode_enriched_json(json, record).ok()) return;
  out.clear();
  encode_json(record, out);
  check(decode_enriched_json(out, back).ok());
  std::string again;
  encode_json(back, again);
  check(again == out);
}

void as_any_object(std::string_view json) {
  static const Mapping mapping = *Mapping::generic("/device", "/t/0", "/v");
  GenericRecord record;
  if (!decode_generic(json, mapping, record).ok()) return;
  std::string out;
  encode_generic(record, {1.0, 2.0, 3.0, 4.0}, {}, out);
  EnrichedView view;
  check(decode_view(out, mapping, view).ok());
  check(view.value == record.value && view.event_time == record.event_time);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  as_monitoring_record(json);
  as_any_object(json);
  return 0;
}
