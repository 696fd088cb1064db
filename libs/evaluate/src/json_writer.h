// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cortado::evaluate {

/// Writes one JSON value, commas included. Names are ours and need no escape; texts get theirs.
class JsonWriter {
 public:
  JsonWriter& open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
  }
  JsonWriter& close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
  }
  JsonWriter& key(std::string_view name) {
    separate();
    append_text(name);
    out_ += ':';
    first_ = true;
    return *this;
  }
  JsonWriter& text(std::string_view value) {
    separate();
    append_text(value);
    return *this;
  }
  JsonWriter& count(std::int64_t value) { return raw(std::to_string(value)); }
  /// Rounded to so many digits behind the point; null if not finite.
  JsonWriter& number(double value, int digits = 4);
  JsonWriter& raw(std::string_view value) {
    separate();
    out_ += value;
    return *this;
  }
  const std::string& str() const { return out_; }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void append_text(std::string_view value);

  std::string out_;
  bool first_ = true;
};

}  // namespace cortado::evaluate
