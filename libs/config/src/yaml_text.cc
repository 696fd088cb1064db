// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "yaml_text.h"

#include <algorithm>

namespace cortado::config {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_plain(std::string_view text) {
  if (text.empty() || text == "null" || text == "Null" || text == "NULL") return false;
  const bool begins_well = is_alphanumeric(text[0]) || text[0] == '/' || text[0] == '.' ||
                           (text[0] == '-' && text.size() > 1 && is_alphanumeric(text[1]));
  return begins_well && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) || std::string_view("_./+-").find(c) != std::string_view::npos;
         });
}

std::string escaped(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20 && byte != 0x7f) return std::string(1, c);
  constexpr std::string_view kDigits = "0123456789abcdef";
  return std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 0xf];
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += escaped(c);
  return quoted + "\"";
}

std::string yaml_flow(const base::OptionNode& node) {
  std::string text;
  switch (node.kind) {
    case base::OptionNode::Kind::kScalar:
      return yaml_scalar(node.scalar);
    case base::OptionNode::Kind::kSequence:
      for (const auto& item : node.items) text += (text.empty() ? "" : ", ") + yaml_flow(item);
      return "[" + text + "]";
    case base::OptionNode::Kind::kMapping:
      break;
  }
  for (const auto& [key, value] : node.fields)
    text += (text.empty() ? "" : ", ") + yaml_scalar(key) + ": " + yaml_flow(value);
  return "{" + text + "}";
}

std::string shown_key(std::string_view key) {
  const std::size_t end = key.find_first_of("=:");
  return end == std::string_view::npos ? std::string(key) : std::string(key.substr(0, end)) + "...";
}

}  // namespace cortado::config
