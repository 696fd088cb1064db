// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/raw_record.h"
#include "cortado/base/result.h"

namespace cortado::app {

/// True if the text is what the glob means: * is any text, ? any one character. Pure.
bool matches_glob(std::string_view glob, std::string_view text);

/// How `tap` prints a record, by kcat's letters.
class TapFormat {
 public:
  /// **Errors:** kInvalidConfig naming the unknown letter or escape.
  static base::Result<TapFormat> create(std::string_view format);

  /// Append the record, with `value` in its value's place.
  void print(const base::RawRecord& record, std::string_view value, std::string& out) const;

 private:
  /// Text, or a letter.
  struct Piece {
    char letter = 0;
    std::string text;
  };

  static base::Status add_escape(std::string_view format, std::size_t& at, std::string& text);
  void add(std::string text);

  std::vector<Piece> pieces_;
};

/// Append the record as kcat's JSON envelope and a newline.
void print_envelope(const base::RawRecord& record, std::string_view value, std::string& out);

}  // namespace cortado::app
