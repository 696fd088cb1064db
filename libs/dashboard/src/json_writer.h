// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace cortado::dashboard {

/// Write JSON text from left to right; commas come by themselves. Names and nesting are the
/// caller's care. Text that is not UTF-8 is mended with U+FFFD, numbers that JSON lacks are null.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }

  /// Add fields that another writer wrote, without their braces.
  JsonWriter& fields(std::string_view text);
  /// The same number, or null.
  JsonWriter& integer(std::optional<std::int64_t> value) {
    return value ? integer(*value) : null();
  }
  /// Begin a table in the open object: "columns" and the array of "rows", which the caller closes.
  JsonWriter& begin_table(std::initializer_list<std::string_view> columns);

  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string out_;
  bool comma_ = false;
};

}  // namespace cortado::dashboard
