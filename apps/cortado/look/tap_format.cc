// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "look/tap_format.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "cortado/record/json_serde.h"

namespace cortado::app {
namespace {

constexpr std::string_view kLetters = "tpoTksKSh%";

base::Error wrong(std::string_view what) {
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "-f: \"" + std::string(what) +
                         "\" is not known; letters are %t %p %o %T %k %s %K %S %h %%, escapes \\n "
                         "\\t \\r \\\\ \\xHH");
}

std::string length(const std::optional<std::string_view>& bytes) {
  return bytes ? std::to_string(bytes->size()) : "-1";
}

void append_headers(const base::RawRecord& record, std::string& out) {
  bool first = true;
  for (const auto& header : record.headers) {
    if (!first) out += ',';
    first = false;
    out.append(header.key).append("=").append(header.value.value_or("NULL"));
  }
}

void append_text_or_null(const std::optional<std::string_view>& text, std::string& out) {
  if (text) {
    record::append_json_string(*text, out);
  } else {
    out += "null";
  }
}

void append_header_list(const base::RawRecord& record, std::string& out) {
  const char* separator = ",\"headers\":[";
  for (const auto& header : record.headers) {
    out += separator;
    record::append_json_string(header.key, out);
    out += ',';
    append_text_or_null(header.value, out);
    separator = ",";
  }
  out += ']';
}

}  // namespace

bool matches_glob(std::string_view glob, std::string_view text) {
  std::size_t star = std::string_view::npos;  // of the glob, the last one met
  std::size_t retry = 0;                      // where its text may grow to
  std::size_t g = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      retry = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

base::Result<TapFormat> TapFormat::create(std::string_view format) {
  TapFormat made;
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '\\') {
      CORTADO_TRY(add_escape(format, i, text));
    } else if (format[i] != '%') {
      text += format[i];
    } else {
      const char letter = i + 1 < format.size() ? format[++i] : ' ';
      if (kLetters.find(letter) == std::string_view::npos) return wrong(std::string("%") + letter);
      made.add(std::exchange(text, {}));
      made.pieces_.push_back({letter, {}});
    }
  }
  made.add(std::move(text));
  return made;
}

/// `at` is the backslash's place, and then the escape's last character's.
base::Status TapFormat::add_escape(std::string_view format, std::size_t& at, std::string& text) {
  constexpr std::string_view kNames = "ntr\\";
  constexpr std::string_view kMeant = "\n\t\r\\";
  const char name = at + 1 < format.size() ? format[at + 1] : ' ';
  const std::size_t found = kNames.find(name);
  if (found != std::string_view::npos) {
    text += kMeant[found];
    ++at;
    return {};
  }
  unsigned value = 0;
  const std::string_view digits = format.substr(std::min(at + 2, format.size())).substr(0, 2);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (name != 'x' || digits.size() != 2 || code != std::errc() ||
      end != digits.data() + digits.size())
    return wrong(format.substr(at, 2));
  text += static_cast<char>(value);
  at += 3;
  return {};
}

void TapFormat::add(std::string text) {
  if (!text.empty()) pieces_.push_back({0, std::move(text)});
}

void TapFormat::print(const base::RawRecord& record, std::string_view value,
                      std::string& out) const {
  for (const Piece& piece : pieces_) {
    switch (piece.letter) {
      case 't':
        out += record.topic;
        break;
      case 'p':
        out += std::to_string(record.partition.get());
        break;
      case 'o':
        out += std::to_string(record.offset.get());
        break;
      case 'T':
        out += std::to_string(record.timestamp_ms.value_or(-1));
        break;
      case 'k':
        out += record.key.value_or("");
        break;
      case 's':
        out += value;
        break;
      case 'K':
        out += length(record.key);
        break;
      case 'S':
        out += length(record.value);
        break;
      case 'h':
        append_headers(record, out);
        break;
      case '%':
        out += '%';
        break;
      default:
        out += piece.text;
    }
  }
}

void print_envelope(const base::RawRecord& record, std::string_view value, std::string& out) {
  out += "{\"topic\":";
  record::append_json_string(record.topic, out);
  out += ",\"partition\":" + std::to_string(record.partition.get());
  out += ",\"offset\":" + std::to_string(record.offset.get());
  out += ",\"tstype\":\"create\",\"ts\":" + std::to_string(record.timestamp_ms.value_or(-1));
  if (!record.headers.empty()) append_header_list(record, out);
  out += ",\"key\":";
  append_text_or_null(record.key, out);
  out += ",\"payload\":";
  append_text_or_null(record.value ? std::optional(value) : std::nullopt, out);
  out += "}\n";
}

}  // namespace cortado::app
