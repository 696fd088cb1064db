// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/json_value.h"

#include <simdjson.h>

namespace cortado::record {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kMaxDepth = 100;

void copy(dom::element element, JsonValue& out) {
  switch (element.type()) {
    case dom::element_type::OBJECT:
      out.kind = JsonValue::Kind::kObject;
      for (const auto field : dom::object(element)) {
        out.members.emplace_back(std::string(field.key), JsonValue());
        copy(field.value, out.members.back().second);
      }
      break;
    case dom::element_type::ARRAY:
      out.kind = JsonValue::Kind::kArray;
      for (const auto item : dom::array(element)) copy(item, out.items.emplace_back());
      break;
    case dom::element_type::STRING:
      out.kind = JsonValue::Kind::kText;
      out.text = std::string_view(element);
      break;
    case dom::element_type::BOOL:
      out.kind = JsonValue::Kind::kBoolean;
      out.boolean = bool(element);
      break;
    case dom::element_type::NULL_VALUE:
      break;
    default:
      out.kind = JsonValue::Kind::kNumber;
      out.number = double(element);
  }
}

}  // namespace

JsonValue::JsonValue() = default;
JsonValue::JsonValue(const JsonValue&) = default;
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(const JsonValue&) = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;
JsonValue::~JsonValue() = default;

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& [key, value] : members) {
    if (key == name) return &value;
  }
  return nullptr;
}

base::Result<JsonValue> parse_json(std::string_view json) {
  dom::parser parser;
  auto error = parser.allocate(json.size(), kMaxDepth);
  dom::element root;
  if (error == simdjson::SUCCESS) error = parser.parse(json.data(), json.size()).get(root);
  if (error != simdjson::SUCCESS) {
    return base::Error(base::ErrorCode::kCorrupt,
                       std::string("not JSON: ") + simdjson::error_message(error));
  }
  JsonValue value;
  copy(root, value);
  return value;
}

}  // namespace cortado::record
