// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/json_value.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace cortado::dashboard {
namespace {

constexpr int kDeepest = 64;

base::Error corrupt(std::size_t at) {
  return base::Error(base::ErrorCode::kCorrupt, "no JSON at byte " + std::to_string(at));
}

void append_utf8(std::uint32_t code, std::string& out) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

/// Recursive descent over the text; every step tells whether it went well.
class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  base::Result<JsonValue> parse() {
    JsonValue value;
    if (!read_value(value, 0)) return corrupt(at_);
    skip_blanks();
    if (at_ != text_.size()) return corrupt(at_);
    return value;
  }

 private:
  using Kind = JsonValue::Kind;

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string::npos)
      ++at_;
  }

  bool take(char c) {
    skip_blanks();
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool read_value(JsonValue& value, int depth) {
    if (depth == kDeepest) return false;
    skip_blanks();
    switch (peek()) {
      case '{':
        return read_object(value, depth);
      case '[':
        return read_array(value, depth);
      case '"':
        value.kind_ = Kind::kText;
        return read_text(value.text_);
      case 't':
      case 'f':
        value.kind_ = Kind::kBoolean;
        value.number_ = peek() == 't' ? 1 : 0;
        return take_word(peek() == 't' ? "true" : "false");
      case 'n':
        return take_word("null");
      default:
        return read_number(value);
    }
  }

  bool read_object(JsonValue& value, int depth) {
    value.kind_ = Kind::kObject;
    ++at_;
    if (take('}')) return true;
    do {
      skip_blanks();
      value.names_.emplace_back();
      if (peek() != '"' || !read_text(value.names_.back()) || !take(':')) return false;
      value.items_.emplace_back();
      if (!read_value(value.items_.back(), depth + 1)) return false;
    } while (take(','));
    return take('}');
  }

  bool read_array(JsonValue& value, int depth) {
    value.kind_ = Kind::kArray;
    ++at_;
    if (take(']')) return true;
    do {
      value.items_.emplace_back();
      if (!read_value(value.items_.back(), depth + 1)) return false;
    } while (take(','));
    return take(']');
  }

  bool read_number(JsonValue& value) {
    const std::size_t start = at_;
    if (peek() == '-') ++at_;
    const std::size_t whole = at_;
    while (is_digit(peek())) ++at_;
    if (at_ == whole || (at_ - whole > 1 && text_[whole] == '0')) return false;
    if (peek() == '.' && !read_digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      if (at_ + 1 < text_.size() && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-')) ++at_;
      if (!read_digits()) return false;
    }
    value.kind_ = Kind::kNumber;
    // A number beyond what a double holds stays 0.
    std::from_chars(text_.data() + start, text_.data() + at_, value.number_);
    return true;
  }

  /// Digits behind the character here.
  bool read_digits() {
    const std::size_t first = ++at_;
    while (is_digit(peek())) ++at_;
    return at_ > first;
  }

  bool read_text(std::string& out) {
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] != '\\') {
        out += text_[at_++];
      } else if (!read_escape(out)) {
        return false;
      }
    }
    if (at_ == text_.size()) return false;
    ++at_;
    return true;
  }

  bool read_escape(std::string& out) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    ++at_;
    const std::size_t letter = kLetters.find(peek());
    if (letter != std::string_view::npos && at_ < text_.size()) {
      out += kMeant[letter];
      ++at_;
      return true;
    }
    std::uint32_t code = 0;
    if (!read_unit(code)) return false;
    std::uint32_t low = 0;
    const bool high = code >= 0xd800 && code < 0xdc00;
    if (high && text_.substr(at_).starts_with("\\u")) {
      ++at_;
      if (!read_unit(low)) return false;
    }
    const bool pair = high && low >= 0xdc00 && low < 0xe000;
    if (pair) code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    append_utf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, out);
    if (!pair && low != 0) append_utf8(low >= 0xd800 && low < 0xe000 ? 0xfffd : low, out);
    return true;
  }

  /// "uXXXX"
  bool read_unit(std::uint32_t& code) {
    if (peek() != 'u' || text_.size() - at_ < 5) return false;
    const char* first = text_.data() + at_ + 1;
    const auto [end, error] = std::from_chars(first, first + 4, code, 16);
    at_ += 5;
    return error == std::errc() && end == first + 4;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

base::Result<JsonValue> JsonValue::parse(std::string_view text) { return JsonParser(text).parse(); }

const JsonValue& JsonValue::operator[](std::string_view name) const {
  static const JsonValue null;
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? null : items_[static_cast<std::size_t>(found - names_.begin())];
}

const JsonValue& JsonValue::operator[](std::size_t i) const {
  static const JsonValue null;
  return i < items_.size() ? items_[i] : null;
}

}  // namespace cortado::dashboard
