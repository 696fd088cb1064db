// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/config/print.h"
#include "loading.h"
#include "option_tree.h"
#include "yaml_text.h"

namespace cortado::config {
namespace {

using base::OptionNode;

/// JSON's strings are a part of YAML's double-quoted ones but for control characters.
std::string json_string(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20) {
      quoted += std::string("\\u00") + kDigits[byte >> 4] + kDigits[byte & 0xf];
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

/// Join `"name": value` parts of an object.
std::string object(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string text;
  for (const auto& [name, value] : members)
    text += (text.empty() ? "" : ", ") + json_string(name) + ": " + value;
  return "{" + text + "}";
}

std::string json_value(const OptionNode& node, const std::string& type) {
  std::string text;
  switch (node.kind) {
    case OptionNode::Kind::kScalar: {
      const bool bare = type == "integer" || type == "number" || type == "boolean";
      return bare && !node.scalar.empty() ? node.scalar : json_string(node.scalar);
    }
    case OptionNode::Kind::kSequence:
      for (const auto& item : node.items)
        text += (text.empty() ? "" : ", ") + json_value(item, "string");
      return "[" + text + "]";
    case OptionNode::Kind::kMapping:
      break;
  }
  std::vector<std::pair<std::string, std::string>> members;
  for (const auto& [key, value] : node.fields)
    members.emplace_back(key, json_value(value, "string"));
  return object(members);
}

std::string number_form(const base::Option& option) {
  std::vector<std::pair<std::string, std::string>> members{{"type", json_string(option.type)}};
  const std::size_t to = option.range.find(" to ");
  if (to != std::string::npos) {
    members.emplace_back("minimum", option.range.substr(0, to));
    members.emplace_back("maximum", option.range.substr(to + 4));
  }
  return object(members) + (option.may_be_empty ? R"(, {"enum": ["", null]})" : "");
}

std::string string_form(const std::string& pattern) {
  return object({{"type", "\"string\""}, {"pattern", json_string(pattern)}});
}

std::string choice_form(const base::Option& option) {
  std::string words;
  for (const auto& choice : option.choices)
    words += (words.empty() ? "" : ", ") + json_string(choice);
  return object({{"enum", "[" + words + "]"}});
}

/// The forms that a value may have, references aside.
std::string plain_forms(const base::Option& option) {
  if (option.type == "integer" || option.type == "number") return number_form(option);
  if (option.type == "boolean") return R"({"type": "boolean"})";
  if (option.type == "choice") return choice_form(option);
  if (option.type == "duration") return string_form("^[0-9]+(ms|s|m|h|d)$") + R"(, {"const": 0})";
  if (option.type == "size")
    return string_form("^[0-9]+(B|KiB|MiB|GiB)?$") + R"(, {"type": "integer", "minimum": 0})";
  if (option.type == "string") return R"({"type": ["string", "number", "boolean", "null"]})";
  if (option.type == "list") return R"({"type": ["array", "null"]})";
  if (option.type == "mapping") return R"({"type": ["object", "null"]})";
  return "{}";
}

std::string leaf(const base::Option& option) {
  const std::string reference = holds_single_value(option) && option.type != "string"
                                    ? ", " + string_form("\\$\\{")
                                    : std::string();
  std::vector<std::pair<std::string, std::string>> members{
      {"description", json_string(option.help)}};
  if (!option.secret) members.emplace_back("default", json_value(option.get(), option.type));
  members.emplace_back("anyOf", "[" + plain_forms(option) + reference + "]");
  return object(members);
}

std::string block(const OptionTree& tree, int depth) {
  if (tree.option != nullptr) return leaf(*tree.option);
  const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
  std::string properties;
  for (const auto& child : tree.children) {
    properties += (properties.empty() ? "\n" : ",\n") + indent + "  " + json_string(child.name) +
                  ": " + block(child, depth + 1);
  }
  return R"({"type": ["object", "null"], "additionalProperties": false, "properties": {)" +
         properties + "\n" + indent + "}}";
}

}  // namespace

std::string json_schema(const base::Options& options) {
  std::string schema = block(make_option_tree(options), 0);
  schema.replace(0, 1,
                 R"({"$schema": "https://json-schema.org/draft/2020-12/schema",)"
                 "\n \"title\": \"Cortado configuration\", ");
  return schema + "\n";
}

}  // namespace cortado::config
