// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/option.h"

#include <algorithm>
#include <limits>

namespace cortado::base {
namespace {

Error wrong(const OptionText& text, const std::string& expected, const OptionNode& node) {
  std::string got =
      node.kind == OptionNode::Kind::kScalar ? "\"" + node.scalar + "\"" : "a list or mapping";
  if (text.secret) got = "a value that is not shown";
  return Error(ErrorCode::kInvalidConfig, text.path + " must be " + expected + ", not " + got);
}

/// "an integer from 0 to 9", "a duration from 10ms to 10s, such as 500ms ...".
std::string expected_form(const std::string& type, const std::string& low,
                          const std::string& high) {
  const std::string article = type == "integer" ? "an " : "a ";
  std::string examples;
  if (type == "duration") examples = ", such as 500ms, 5s, 10m, 1h or 2d";
  if (type == "size") examples = ", such as 4096, 512KiB, 256MiB or 1GiB";
  return article + type + " from " + low + " to " + high + examples;
}

/// The common frame of every scalar binding: parse, check the range, store, print.
template <typename T, typename Parse, typename Print>
Option bind_scalar(OptionText text, std::string type, T& field, T low, T high, Parse parse,
                   Print print) {
  Option option;
  option.path = text.path;
  option.type = type;
  option.help = text.help;
  option.unit = text.unit;
  option.secret = text.secret;
  option.range = print(low) + " to " + print(high);
  option.set = [text, type, &field, low, high, parse, print](const OptionNode& node) -> Status {
    const std::string expected = expected_form(type, print(low), print(high));
    if (node.kind != OptionNode::Kind::kScalar) return wrong(text, expected, node);
    const auto value = parse(node.scalar);
    if (!value.ok() || *value < low || *value > high) return wrong(text, expected, node);
    field = *value;
    return {};
  };
  option.get = [&field, print] { return OptionNode::make_scalar(print(field)); };
  return option;
}

Option bind_plain(OptionText text, std::string type) {
  Option option;
  option.path = std::move(text.path);
  option.type = std::move(type);
  option.help = std::move(text.help);
  option.unit = std::move(text.unit);
  option.secret = text.secret;
  return option;
}

}  // namespace

OptionNode::OptionNode() = default;
OptionNode::OptionNode(const OptionNode&) = default;
OptionNode::OptionNode(OptionNode&&) noexcept = default;
OptionNode& OptionNode::operator=(const OptionNode&) = default;
OptionNode& OptionNode::operator=(OptionNode&&) noexcept = default;
OptionNode::~OptionNode() = default;

OptionNode OptionNode::make_scalar(std::string text) {
  OptionNode node;
  node.scalar = std::move(text);
  return node;
}

const OptionNode* OptionNode::find(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return &value;
  }
  return nullptr;
}

Option bind_integer(OptionText text, std::int64_t& field, std::int64_t low, std::int64_t high) {
  return bind_scalar(std::move(text), "integer", field, low, high, parse_integer,
                     [](std::int64_t value) { return std::to_string(value); });
}

Option bind_number(OptionText text, double& field, double low, double high) {
  return bind_scalar(std::move(text), "number", field, low, high, parse_number, print_number);
}

Option bind_duration(OptionText text, std::chrono::milliseconds& field,
                     std::chrono::milliseconds low, std::chrono::milliseconds high) {
  return bind_scalar(std::move(text), "duration", field, low, high, parse_duration, print_duration);
}

Option bind_bytes(OptionText text, std::int64_t& field, std::int64_t low, std::int64_t high) {
  return bind_scalar(std::move(text), "size", field, low, high, parse_bytes, print_bytes);
}

Option bind_boolean(OptionText text, bool& field) {
  Option option = bind_plain(text, "boolean");
  option.choices = {"true", "false"};
  option.set = [text, &field](const OptionNode& node) -> Status {
    if (node.kind != OptionNode::Kind::kScalar ||
        (node.scalar != "true" && node.scalar != "false")) {
      return wrong(text, "true or false", node);
    }
    field = node.scalar == "true";
    return {};
  };
  option.get = [&field] { return OptionNode::make_scalar(field ? "true" : "false"); };
  return option;
}

Option bind_string(OptionText text, std::string& field) {
  Option option = bind_plain(text, "string");
  option.set = [text, &field](const OptionNode& node) -> Status {
    if (node.kind != OptionNode::Kind::kScalar) return wrong(text, "a text", node);
    field = node.scalar;
    return {};
  };
  option.get = [&field] { return OptionNode::make_scalar(field); };
  return option;
}

Option bind_string_map(OptionText text, std::map<std::string, std::string>& field) {
  Option option = bind_plain(text, "mapping");
  option.set = [text, &field](const OptionNode& node) -> Status {
    if (node.kind != OptionNode::Kind::kMapping)
      return wrong(text, "a mapping of names to values", node);
    std::map<std::string, std::string> values;
    for (const auto& [key, value] : node.fields) {
      if (value.kind != OptionNode::Kind::kScalar)
        return wrong(text, "a mapping of names to single values", value);
      values[key] = value.scalar;
    }
    field = std::move(values);
    return {};
  };
  option.get = [&field] {
    OptionNode node;
    node.kind = OptionNode::Kind::kMapping;
    for (const auto& [key, value] : field)
      node.fields.emplace_back(key, OptionNode::make_scalar(value));
    return node;
  };
  return option;
}

Option bind_string_list(OptionText text, std::vector<std::string>& field) {
  Option option = bind_plain(text, "list");
  option.set = [text, &field](const OptionNode& node) -> Status {
    if (node.kind != OptionNode::Kind::kSequence) return wrong(text, "a list", node);
    std::vector<std::string> values;
    for (const auto& item : node.items) {
      if (item.kind != OptionNode::Kind::kScalar)
        return wrong(text, "a list of single values", item);
      values.push_back(item.scalar);
    }
    field = std::move(values);
    return {};
  };
  option.get = [&field] {
    OptionNode node;
    node.kind = OptionNode::Kind::kSequence;
    for (const auto& value : field) node.items.push_back(OptionNode::make_scalar(value));
    return node;
  };
  return option;
}

Option bind_choice_index(OptionText text, std::vector<std::string> choices,
                         std::function<std::size_t()> get, std::function<void(std::size_t)> set) {
  Option option = bind_plain(text, "choice");
  option.choices = choices;
  option.set = [text, choices, set](const OptionNode& node) -> Status {
    const auto found = std::find(choices.begin(), choices.end(), node.scalar);
    if (node.kind != OptionNode::Kind::kScalar || found == choices.end()) {
      std::string all;
      for (const auto& choice : choices) all += (all.empty() ? "" : " | ") + choice;
      return wrong(text, "one of " + all, node);
    }
    set(static_cast<std::size_t>(found - choices.begin()));
    return {};
  };
  option.get = [choices, get] { return OptionNode::make_scalar(choices.at(get())); };
  return option;
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t substituted = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace cortado::base
