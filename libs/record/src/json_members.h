// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::record {

enum class JsonKind : std::uint8_t { kText, kNumber, kBoolean, kNull, kObject, kArray };

/// One member of a JSON object. Views are of the input or of the parser and valid until the next
/// walk of the same thread begins.
struct JsonMember {
  bool expected = false;      ///< its name is the one that next() was told to expect
  std::string_view name;      ///< unescaped; empty if expected
  std::string_view raw_name;  ///< as written, without quotes; empty if expected
  JsonKind kind = JsonKind::kNull;
  std::string_view raw;   ///< the value as written
  std::string_view text;  ///< of kText: unescaped; of kNumber: its digits
  double number = 0;      ///< of kNumber
};

/// Walks the members of one JSON object, front to back, and checks every byte of it: after next()
/// gave false and ok(), the input is one valid JSON object in UTF-8. Uses the calling thread's one
/// parser: one walk at a time in a thread.
class JsonMembers {
 public:
  /// `size` bytes with MonitoringRecord::kPadding readable and writable bytes behind; they are not
  /// changed, but the padding is.
  JsonMembers(char* json, std::size_t size);

  /// Go to the next member; false at the end or after an error.
  bool next(JsonMember& member, std::string_view expected = {});
  bool ok() const { return error_.empty(); }
  /// One sentence. **Errors:** kCorrupt.
  base::Error error() const;
  /// Find the value at a JSON pointer of the object just walked; false if there is none.
  bool find(std::string_view pointer, JsonMember& member);

 private:
  bool fail(std::string_view what);
  bool finish();

  bool at_first_ = true;
  std::string_view error_;
};

/// True if `members` is a list of JSON members as extra_members() holds it.
bool valid_members(std::string_view members);

/// Cut what JSON calls white space at both ends.
std::string_view trim_blanks(std::string_view json);

/// A padded copy of bytes that callers may not write to; one for each thread and reused.
char* padded_copy(std::string_view bytes);

}  // namespace cortado::record
