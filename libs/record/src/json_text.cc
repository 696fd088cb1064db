// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "json_text.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "cortado/record/json_serde.h"

namespace cortado::record {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

/// High bit of each byte that is zero in `word`; the lowest mark is right, those above may not be.
std::uint64_t zero_bytes(std::uint64_t word) { return (word - kOnes) & ~word & kHighs; }

std::uint64_t special_bytes(std::uint64_t word) {
  const std::uint64_t control = (word - kOnes * 0x20) & ~word;
  return ((word | control) & kHighs) | zero_bytes(word ^ (kOnes * '"')) |
         zero_bytes(word ^ (kOnes * '\\'));
}

/// The length of the UTF-8 sequence at `at`, 0 if it is none (overlong, surrogate, beyond U+10FFFF,
/// cut).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool low = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) >= 0xa0;
    return continues(1) && continues(2) && !low && !surrogate ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool low = first == 0xf0 && byte(1) < 0x90;
    const bool high = first == 0xf4 && byte(1) >= 0x90;
    return continues(1) && continues(2) && continues(3) && !low && !high ? 4 : 0;
  }
  return 0;
}

void append_escape(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\"\\\b\f\n\r\t";
  constexpr std::string_view kLetters = "\"\\bfnrt";
  out += '\\';
  const std::size_t known = kShort.find(c);
  if (known != std::string_view::npos) {
    out += kLetters[known];
    return;
  }
  const auto value = static_cast<unsigned char>(c);
  out += "u00";
  out += kHex[value >> 4U];
  out += kHex[value & 15U];
}

void append_special(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(text, i);
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (c < 0x20 || c == '"' || c == '\\') {
      append_escape(text[i], out);
    } else {
      out += text.substr(i, length);
    }
    i += length == 0 ? 1 : length;
  }
}

}  // namespace

std::size_t plain_length(std::string_view text) {
  std::size_t i = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; i + 8 <= text.size(); i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      const std::uint64_t special = special_bytes(word);
      if (special != 0) return i + static_cast<std::size_t>(std::countr_zero(special)) / 8;
    }
  }
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\') break;
  }
  return i;
}

std::size_t plain_number_length(std::string_view text, std::optional<double>& number) {
  number.reset();
  if (text.starts_with("null")) return 4;
  const auto digits = [text](std::size_t at) {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  const auto is = [text](std::size_t at, char c) { return at < text.size() && text[at] == c; };
  std::size_t at = is(0, '-') ? 1 : 0;
  const std::size_t whole = digits(at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return 0;
  at += whole;
  if (is(at, '.')) {
    const std::size_t fraction = digits(at + 1);
    if (fraction == 0) return 0;
    at += 1 + fraction;
  }
  if (is(at, 'e') || is(at, 'E')) {
    const std::size_t sign = is(at + 1, '-') || is(at + 1, '+') ? 1 : 0;
    const std::size_t exponent = digits(at + 1 + sign);
    if (exponent == 0) return 0;
    at += 1 + sign + exponent;
  }
  double value = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + at, value);
  if (code != std::errc() || stop != text.data() + at) return 0;
  number = value;
  return at;
}

void append_json_characters(std::string_view text, std::string& out) {
  const std::size_t plain = plain_length(text);
  out += text.substr(0, plain);
  if (plain < text.size()) append_special(text.substr(plain), out);
}

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  append_json_characters(text, out);
  out += '"';
}

void append_json_number(std::optional<double> number, std::string& out) {
  if (!number || !std::isfinite(*number)) {
    out += "null";
    return;
  }
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *number).ptr;
  out.append(buffer.data(), end);
}

}  // namespace cortado::record
