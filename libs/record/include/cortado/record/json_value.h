// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::record {

/// A JSON value as a tree, for small files that are read once: labels, profiles, results. Records
/// never take this way.
struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kBoolean, kNumber, kText, kArray, kObject };

  Kind kind = Kind::kNull;
  bool boolean = false;
  double number = 0;
  std::string text;
  std::vector<JsonValue> items;                            ///< of kArray
  std::vector<std::pair<std::string, JsonValue>> members;  ///< of kObject, as written

  // Declared, for a type that holds pairs with itself: clang would instantiate those too early.
  JsonValue();
  JsonValue(const JsonValue&);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(const JsonValue&);
  JsonValue& operator=(JsonValue&&) noexcept;
  ~JsonValue();

  /// Return the first member of that name, or nullptr; nullptr for what is no object.
  const JsonValue* find(std::string_view name) const;
};

/// Read one whole JSON value. **Errors:** kCorrupt: not JSON, not UTF-8, or nested too deeply.
base::Result<JsonValue> parse_json(std::string_view json);

}  // namespace cortado::record
