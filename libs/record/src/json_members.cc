// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "json_members.h"

#include <cstring>
#include <optional>

#include <simdjson.h>

#include "cortado/base/option.h"
#include "cortado/record/monitoring_record.h"
#include "cortado/record/utf8.h"

namespace cortado::record {
namespace {

namespace ondemand = simdjson::ondemand;
static_assert(MonitoringRecord::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr int kMaxDepth = 100;

/// The one walk of a thread.
struct Walk {
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object_iterator at;
  ondemand::object_iterator end;
};

Walk& walk() {
  thread_local Walk instance;
  return instance;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view trim_end(std::string_view token) {
  while (!token.empty() && is_blank(token.back())) token.remove_suffix(1);
  return token;
}

simdjson::error_code check_value(ondemand::value value, int depth);

simdjson::error_code check_object(ondemand::value& value, int depth) {
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return error;
  for (auto field : object) {
    std::string_view key;
    if (const auto error = field.unescaped_key().get(key)) return error;
    if (const auto error = check_value(field.value(), depth)) return error;
  }
  return simdjson::SUCCESS;
}

simdjson::error_code check_array(ondemand::value& value, int depth) {
  ondemand::array array;
  if (const auto error = value.get_array().get(array)) return error;
  for (auto item : array) {
    ondemand::value element;
    // NOLINTNEXTLINE(performance-move-const-arg): get() takes no other
    if (const auto error = std::move(item).get(element)) return error;
    if (const auto error = check_value(element, depth)) return error;
  }
  return simdjson::SUCCESS;
}

/// Consume a value and everything in it, so that no part stays unchecked.
simdjson::error_code check_value(ondemand::value value, int depth) {
  if (depth > kMaxDepth) return simdjson::DEPTH_ERROR;
  ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  switch (type) {
    case ondemand::json_type::object:
      return check_object(value, depth + 1);
    case ondemand::json_type::array:
      return check_array(value, depth + 1);
    case ondemand::json_type::string:
      return value.get_string().error();
    case ondemand::json_type::number:
      return value.get_double().error();
    case ondemand::json_type::boolean:
      return value.get_bool().error();
    default: {
      bool null = false;
      const auto error = value.is_null().get(null);
      return error || null ? error : simdjson::N_ATOM_ERROR;
    }
  }
}

simdjson::error_code read_text(ondemand::value& value, JsonMember& member) {
  if (member.raw.size() < 2 || member.raw.back() != '"') return simdjson::STRING_ERROR;
  const std::string_view inner = member.raw.substr(1, member.raw.size() - 2);
  if (std::memchr(inner.data(), '\\', inner.size()) != nullptr)
    return value.get_string().get(member.text);
  member.text = inner;
  return value.get_raw_json_string().error();
}

/// The value's bytes, from its first token to the token behind it.
simdjson::error_code read_container(ondemand::value& value, JsonMember& member) {
  const char* const begin = member.raw.data();
  if (const auto error = check_value(value, 0)) return error;
  const char* behind = nullptr;
  if (const auto error = walk().document.current_location().get(behind)) return error;
  member.raw = trim_end({begin, static_cast<std::size_t>(behind - begin)});
  return simdjson::SUCCESS;
}

simdjson::error_code read_value(ondemand::value& value, JsonMember& member) {
  member.raw = trim_end(value.raw_json_token());
  switch (member.raw.empty() ? '\0' : member.raw.front()) {
    case '"':
      member.kind = JsonKind::kText;
      return read_text(value, member);
    case '{':
      member.kind = JsonKind::kObject;
      return read_container(value, member);
    case '[':
      member.kind = JsonKind::kArray;
      return read_container(value, member);
    case 't':
    case 'f':
      member.kind = JsonKind::kBoolean;
      return check_value(value, 0);
    case 'n':
      member.kind = JsonKind::kNull;
      return check_value(value, 0);
    default:
      member.kind = JsonKind::kNumber;
      member.text = member.raw;
      return value.get_double().get(member.number);
  }
}

/// The length of a key that begins behind its opening quote, up to the closing one.
std::string_view raw_key(const char* key, bool& escaped) {
  std::size_t size = 0;
  escaped = false;
  for (; key[size] != '"'; ++size) {
    if (key[size] != '\\') continue;
    escaped = true;
    ++size;
  }
  return {key, size};
}

simdjson::error_code read_name(ondemand::field& field, std::string_view expected,
                               JsonMember& member) {
  const char* const key = field.key().raw();
  member.name = {};
  member.raw_name = {};
  member.expected = !expected.empty() && key[expected.size()] == '"' &&
                    std::memcmp(key, expected.data(), expected.size()) == 0;
  if (member.expected) return simdjson::SUCCESS;
  bool escaped = false;
  member.raw_name = member.name = raw_key(key, escaped);
  return escaped ? field.unescaped_key().get(member.name) : simdjson::SUCCESS;
}

/// Cut the first step off a JSON pointer (RFC 6901) and unescape it; valid until the next call.
std::string_view take_step(std::string_view& pointer) {
  thread_local std::string step;
  step.clear();
  pointer.remove_prefix(1);
  for (; !pointer.empty() && pointer.front() != '/'; pointer.remove_prefix(1)) {
    if (pointer.front() != '~') {
      step += pointer.front();
      continue;
    }
    pointer.remove_prefix(1);
    step += pointer.front() == '1' ? '/' : '~';
  }
  return step;
}

simdjson::error_code compare_name(ondemand::field& field, std::string_view name, bool& same) {
  bool escaped = false;
  std::string_view key = raw_key(field.key().raw(), escaped);
  // Only here: the room for unescaped texts is as large as the document, for once.
  const auto error = escaped ? field.unescaped_key().get(key) : simdjson::SUCCESS;
  same = key == name;
  return error;
}

/// The last member of that name, as most readers of JSON take it.
simdjson::error_code last_member(ondemand::object& object, std::string_view name,
                                 ondemand::value& value) {
  std::size_t place = 0;
  std::size_t found = 0;
  for (auto item : object) {
    ++place;
    ondemand::field field;
    bool same = false;
    if (const auto error = std::move(item).get(field)) return error;
    if (const auto error = compare_name(field, name, same)) return error;
    if (same) found = place;
  }
  if (found == 0) return simdjson::NO_SUCH_FIELD;
  if (const auto error = object.reset().error()) return error;
  for (auto item : object) {
    if (--found == 0) return item.value().get(value);
  }
  return simdjson::NO_SUCH_FIELD;
}

simdjson::error_code step_into(ondemand::value& value, std::string_view step) {
  ondemand::object object;
  if (!value.get_object().get(object)) return last_member(object, step, value);
  ondemand::array array;
  if (const auto error = value.get_array().get(array)) return error;
  const auto index = base::parse_integer(step);
  const bool plain = index.ok() && *index >= 0 && std::to_string(*index) == step;
  return plain ? array.at(static_cast<std::size_t>(*index)).get(value) : simdjson::NO_SUCH_FIELD;
}

}  // namespace

JsonMembers::JsonMembers(char* json, std::size_t size) {
  std::memset(json + size, ' ', MonitoringRecord::kPadding);
  Walk& my = walk();
  const simdjson::padded_string_view view(json, size, size + MonitoringRecord::kPadding);
  simdjson::error_code error = my.parser.iterate(view).get(my.document);
  ondemand::object object;
  if (!error) error = my.document.get_object().get(object);
  if (!error) error = object.begin().get(my.at);
  if (!error) error = object.end().get(my.end);
  if (error == simdjson::INCORRECT_TYPE) error_ = "it is not a JSON object";
  if (error && error_.empty()) error_ = simdjson::error_message(error);
}

bool JsonMembers::next(JsonMember& member, std::string_view expected) {
  if (!error_.empty()) return false;
  Walk& my = walk();
  if (!at_first_) ++my.at;
  at_first_ = false;
  if (my.at == my.end) return finish();
  ondemand::field field;
  if (const auto error = (*my.at).get(field)) return fail(simdjson::error_message(error));
  if (const auto error = read_name(field, expected, member))
    return fail(simdjson::error_message(error));
  if (const auto error = read_value(field.value(), member))
    return fail(simdjson::error_message(error));
  return true;
}

bool JsonMembers::finish() {
  const bool at_end = walk().document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  return at_end ? false : fail("something follows the JSON object");
}

bool JsonMembers::fail(std::string_view what) {
  error_ = what;
  return false;
}

base::Error JsonMembers::error() const {
  return base::Error(base::ErrorCode::kCorrupt,
                     "the record is not valid JSON: " + std::string(error_));
}

bool JsonMembers::find(std::string_view pointer, JsonMember& member) {
  ondemand::document& document = walk().document;
  document.rewind();
  ondemand::object object;
  ondemand::value value;
  if (document.get_object().get(object)) return false;
  if (last_member(object, take_step(pointer), value)) return false;
  while (!pointer.empty()) {
    if (step_into(value, take_step(pointer))) return false;
  }
  return read_value(value, member) == simdjson::SUCCESS;
}

bool is_utf8(std::string_view bytes) { return simdjson::validate_utf8(bytes.data(), bytes.size()); }

std::string_view trim_blanks(std::string_view json) {
  while (!json.empty() && is_blank(json.front())) json.remove_prefix(1);
  return trim_end(json);
}

char* padded_copy(std::string_view bytes) {
  thread_local std::string copy;
  if (copy.size() < bytes.size() + MonitoringRecord::kPadding)
    copy.resize(bytes.size() + MonitoringRecord::kPadding);
  bytes.copy(copy.data(), bytes.size());
  return copy.data();
}

bool valid_members(std::string_view members) {
  const std::string object = "{" + std::string(members) + "}";
  JsonMembers walk_of(padded_copy(object), object.size());
  JsonMember member;
  bool any = false;
  while (walk_of.next(member)) any = true;
  // The whole must be members and no closing brace may stand inside it: the walk saw them all.
  return walk_of.ok() && any;
}

}  // namespace cortado::record
