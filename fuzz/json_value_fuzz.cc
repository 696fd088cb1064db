// rooms: record
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a JSON tree: refused with a sentence, or walked to the last leaf.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "cortado/record/json_value.h"

namespace {

using cortado::record::JsonValue;

std::size_t leaves(const JsonValue& value) {
  std::size_t count = 1;
  for (const auto& item : value.items) count += leaves(item);
  for (const auto& [name, member] : value.members) {
    if (value.find(name) == nullptr) std::abort();
    count += leaves(member);
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = cortado::record::parse_json({reinterpret_cast<const char*>(data), size});
  const bool good = value.ok() ? leaves(*value) > 0 : !value.error().message().empty();
  if (!good) std::abort();
  return 0;
}
