// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/field.h"

namespace cortado::record {

std::optional<Field> field_of(std::string_view name) {
  for (std::size_t i = 0; i < kFieldCount; ++i) {
    if (name == kJsonNames[i] || name == kCsvTitles[i]) return static_cast<Field>(i);
  }
  return std::nullopt;
}

}  // namespace cortado::record
