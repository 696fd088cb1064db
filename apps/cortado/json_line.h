// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/record/json_serde.h"

namespace cortado::app {

/// Builds one JSON object, member by member, for output that scripts read.
class JsonLine {
 public:
  JsonLine& text(std::string_view name, std::string_view value) {
    begin(name);
    record::append_json_string(value, out_);
    return *this;
  }
  JsonLine& number(std::string_view name, std::int64_t value) {
    return raw(name, std::to_string(value));
  }
  JsonLine& boolean(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
  }
  /// Add a value that is JSON already.
  JsonLine& raw(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
    return *this;
  }
  /// Return the object.
  std::string str() const { return out_ + (out_.empty() ? "{}" : "}"); }

 private:
  void begin(std::string_view name) {
    out_ += out_.empty() ? "{" : ",";
    record::append_json_string(name, out_);
    out_ += ':';
  }

  std::string out_;
};

}  // namespace cortado::app
