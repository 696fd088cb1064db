// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "dlq/letter_selection.h"

namespace cortado::app {

/// What a line of `dlq ls` stands for: letters with equal values of these.
enum class LetterField { kStage, kReason, kPartition, kTopic, kGroup };

/// Read "stage,reason". **Errors:** kInvalidConfig.
base::Result<std::vector<LetterField>> parse_fields(std::string_view text);

/// Counts letters by some of their fields. The input record's topic and partition count, not the
/// letter's.
class LetterTable {
 public:
  explicit LetterTable(std::vector<LetterField> fields) : fields_(std::move(fields)) {}

  void add(const FoundLetter& found);
  /// Return aligned columns, most letters first, with the time of the newest.
  std::string to_text() const;
  /// Return one object a line, in the same order.
  std::string to_json_lines() const;

 private:
  struct Row {
    std::int64_t count = 0;
    std::int64_t newest = 0;  ///< Kafka timestamp, ms; 0 = none
    std::string first;        ///< "<partition>:<offset>" of the first letter, for `dlq show`
  };
  using Key = std::vector<std::string>;

  std::vector<std::pair<Key, Row>> sorted() const;

  std::vector<LetterField> fields_;
  std::map<Key, Row> rows_;
};

}  // namespace cortado::app
