// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/mapping.h"

namespace cortado::record {
namespace {

/// RFC 6901: "/" before every step, "~" only as "~0" and "~1".
bool is_pointer(std::string_view text) {
  if (text.empty() || text.front() != '/') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')))
      return false;
  }
  return true;
}

base::Status check(std::string_view key, std::string_view pointer) {
  if (is_pointer(pointer)) return {};
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "input.mapping." + std::string(key) + " must be a JSON pointer such as /" +
                         std::string(key) + ", not \"" + std::string(pointer) + "\"");
}

}  // namespace

base::Result<Mapping> Mapping::generic(std::string device, std::string time, std::string value) {
  CORTADO_TRY(check("device", device));
  if (!time.empty()) CORTADO_TRY(check("time", time));
  CORTADO_TRY(check("value", value));
  Mapping mapping;
  mapping.aqs = false;
  mapping.device = std::move(device);
  mapping.time = std::move(time);
  mapping.value = std::move(value);
  return mapping;
}

}  // namespace cortado::record
