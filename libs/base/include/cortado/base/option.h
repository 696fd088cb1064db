// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::base {

/// A value as a person wrote it: a scalar, a list or a mapping in the order written, each with its
/// place.
struct OptionNode {
  enum class Kind { kScalar, kSequence, kMapping };

  Kind kind = Kind::kScalar;
  std::string scalar;
  std::vector<OptionNode> items;
  std::vector<std::pair<std::string, OptionNode>> fields;
  std::string origin;  ///< "cortado.yaml:12", "environment CORTADO_...", "flag --set ..."; empty
                       ///< for a default

  // Declared, for a type that holds pairs with itself: clang would instantiate those too early.
  OptionNode();
  OptionNode(const OptionNode&);
  OptionNode(OptionNode&&) noexcept;
  OptionNode& operator=(const OptionNode&);
  OptionNode& operator=(OptionNode&&) noexcept;
  ~OptionNode();

  static OptionNode make_scalar(std::string text);
  /// Return the field of that name, or nullptr.
  const OptionNode* find(std::string_view name) const;
};

/// One key of the configuration: the single place where its type, default, unit, range and reason
/// stand. `--help`, docs/config.md, the JSON schema and the reader are all made from it. It is
/// bound to a field of a config struct that must outlive it: the default is the field's value when
/// described.
struct Option {
  std::string path;  ///< "stream.batch_interval"
  std::string type;  ///< integer | number | boolean | string | duration | bytes | one of ... |
                     ///< mapping | list
  std::string help;  ///< what it does and why one would change it
  std::string unit;
  std::string range;
  std::vector<std::string> choices;
  bool may_be_empty = false;  ///< an empty text is allowed too and means "not set"
  bool secret = false;        ///< redacted wherever it is printed
  std::function<Status(const OptionNode&)> set;
  std::function<OptionNode()> get;
};

using Options = std::vector<Option>;

/// What stands beside a bound field.
struct OptionText {
  std::string path;
  std::string help;
  std::string unit = {};
  bool secret = false;
};

// Bind a field. **Errors** of the bound `set`: kInvalidConfig naming the expected form and range;
// the field is untouched.
Option bind_integer(OptionText text, std::int64_t& field, std::int64_t low, std::int64_t high);
Option bind_number(OptionText text, double& field, double low, double high);
Option bind_boolean(OptionText text, bool& field);
Option bind_string(OptionText text, std::string& field);
/// "250ms", "5s", "10m", "1h", "2d"; a bare 0 is allowed.
Option bind_duration(OptionText text, std::chrono::milliseconds& field,
                     std::chrono::milliseconds low, std::chrono::milliseconds high);
/// "4096", "512KiB", "256MiB", "1GiB".
Option bind_bytes(OptionText text, std::int64_t& field, std::int64_t low, std::int64_t high);
/// A mapping of names to text, kept in the order of the names.
Option bind_string_map(OptionText text, std::map<std::string, std::string>& field);
Option bind_string_list(OptionText text, std::vector<std::string>& field);

/// One word out of a closed set, kept as its index in `choices`.
Option bind_choice_index(OptionText text, std::vector<std::string> choices,
                         std::function<std::size_t()> get, std::function<void(std::size_t)> set);

/// One word out of a closed set. Precondition: the enum's values are 0, 1, ... in the order of
/// `choices`.
template <typename Enum>
Option bind_choice(OptionText text, Enum& field, std::vector<std::string> choices) {
  return bind_choice_index(
      std::move(text), std::move(choices), [&field] { return static_cast<std::size_t>(field); },
      [&field](std::size_t index) { field = static_cast<Enum>(index); });
}

/// Parse the forms that bind_duration and bind_bytes take. **Errors:** kInvalidConfig.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
Result<std::int64_t> parse_bytes(std::string_view text);
/// Print in the largest unit that divides evenly.
std::string print_duration(std::chrono::milliseconds value);
std::string print_bytes(std::int64_t value);

/// Print the shortest text that reads back as the same double.
std::string print_number(double value);
/// Read a whole text as a finite double. **Errors:** kInvalidArgument.
Result<double> parse_number(std::string_view text);
Result<std::int64_t> parse_integer(std::string_view text);

/// Return the candidate with the smallest edit distance to `word`, the first of equals, or "" if
/// none is near (more than a third differs; of short words, more than half).
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace cortado::base
