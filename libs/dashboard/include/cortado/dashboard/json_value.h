// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::dashboard {

/// A JSON text as values, for programs that read our own answers.
class JsonValue {
 public:
  enum class Kind { kNull, kBoolean, kNumber, kText, kArray, kObject };

  /// **Errors:** kCorrupt: not JSON (RFC 8259), deeper than 64 levels, or something behind it.
  static base::Result<JsonValue> parse(std::string_view text);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  /// The value, or the default where it is of another kind.
  double number(double otherwise = 0) const { return kind_ == Kind::kNumber ? number_ : otherwise; }
  bool boolean() const { return kind_ == Kind::kBoolean && number_ != 0; }
  const std::string& text() const { return text_; }
  const std::vector<JsonValue>& items() const { return items_; }
  /// The names of an object's fields, in their order.
  const std::vector<std::string>& names() const { return names_; }
  /// The field of that name, the first of equals; a null where there is none.
  const JsonValue& operator[](std::string_view name) const;
  /// Item `i`; a null where there is none.
  const JsonValue& operator[](std::size_t i) const;

 private:
  friend class JsonParser;

  Kind kind_ = Kind::kNull;
  double number_ = 0;
  std::string text_;
  std::vector<JsonValue> items_;    ///< of an array; of an object in the order of names_
  std::vector<std::string> names_;  ///< of an object
};

}  // namespace cortado::dashboard
