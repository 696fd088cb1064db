// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "dlq/letter_print.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "cortado/base/calendar.h"
#include "cortado/record/reject_file.h"
#include "cortado/record/utf8.h"
#include "json_line.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

constexpr std::size_t kBytesALine = 16;

std::string place(const base::RawRecord& record) {
  return std::string(record.topic) + " [" + std::to_string(record.partition.get()) + "] offset " +
         std::to_string(record.offset.get());
}

/// Append short bytes on the line, others below it.
void append_bytes(const std::optional<std::string_view>& bytes, std::string& out) {
  if (!bytes) {
    out += "null\n";
    return;
  }
  if (is_plain_text(*bytes) && bytes->find('\n') == std::string_view::npos) {
    out += std::string(*bytes) + "\n";
    return;
  }
  out += std::to_string(bytes->size()) + " bytes\n";
  if (is_plain_text(*bytes)) {
    out += std::string(*bytes) + (bytes->ends_with('\n') ? "" : "\n");
  } else {
    append_hex_dump(*bytes, out);
  }
}

void add_bytes(JsonLine& line, const std::string& name,
               const std::optional<std::string_view>& bytes) {
  if (!bytes) {
    line.raw(name, "null");
  } else if (record::is_utf8(*bytes)) {
    line.text(name, *bytes);
  } else {
    std::string text;
    record::append_base64(*bytes, text);
    line.text(name + "Base64", text);
  }
}

std::string headers_json(std::span<const base::RawHeader> headers) {
  std::string out = "[";
  for (const base::RawHeader& header : headers) {
    JsonLine line;
    line.text("name", header.key);
    add_bytes(line, "value", header.value);
    out += (out.size() > 1 ? "," : "") + line.str();
  }
  return out + "]";
}

}  // namespace

void append_hex_dump(std::string_view bytes, std::string& out) {
  std::array<char, 32> text{};
  for (std::size_t line = 0; line < bytes.size(); line += kBytesALine) {
    const std::string_view part = bytes.substr(line, kBytesALine);
    std::snprintf(text.data(), text.size(), "%08zx ", line);
    out += text.data();
    for (std::size_t i = 0; i < kBytesALine; ++i) {
      if (i % 8 == 0) out += ' ';
      if (i < part.size()) {
        std::snprintf(text.data(), text.size(), "%02x ", static_cast<unsigned char>(part[i]));
        out += text.data();
      } else {
        out += "   ";
      }
    }
    out += " |";
    for (const char c : part) out += c >= 0x20 && c < 0x7f ? c : '.';
    out += "|\n";
  }
}

bool is_plain_text(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool layout = bytes[i] == '\t' || bytes[i] == '\n';
    if (!layout && is_control(bytes.substr(i))) return false;
  }
  return record::is_utf8(bytes);
}

std::string to_text(const FoundLetter& found) {
  const auto& original = found.letter.original;
  std::string out = place(found.record) + "\n";
  const auto line = [&out](std::string_view name) {
    out += "  " + std::string(name) + std::string(8 - std::min<std::size_t>(name.size(), 7), ' ');
  };
  const auto text = [&](std::string_view name, std::string_view value) {
    line(name);
    append_bytes(value, out);
  };
  text("stage", found.letter.stage);
  text("reason", found.letter.reason);
  if (!found.letter.group.empty()) text("group", found.letter.group);
  text("from", place(original));
  if (original.timestamp_ms) text("time", base::format_iso_8601(*original.timestamp_ms));
  line("key");
  append_bytes(original.key, out);
  for (const base::RawHeader& header : original.headers) {
    line("header");
    out += without_controls(header.key) + " = ";
    append_bytes(header.value, out);
  }
  line("value");
  if (found.letter.lost_bytes) {
    out += std::to_string(*found.letter.lost_bytes) +
           " bytes, too large for this topic: they are in the input topic as long as it keeps "
           "them\n";
  } else {
    append_bytes(original.value, out);
  }
  return out;
}

std::string to_json(const FoundLetter& found) {
  const auto& original = found.letter.original;
  JsonLine line;
  line.text("topic", found.record.topic)
      .number("partition", found.record.partition.get())
      .number("offset", found.record.offset.get())
      .text("stage", found.letter.stage)
      .text("reason", found.letter.reason)
      .text("sourceTopic", original.topic)
      .number("sourcePartition", original.partition.get())
      .number("sourceOffset", original.offset.get());
  if (!found.letter.group.empty()) line.text("group", found.letter.group);
  if (original.timestamp_ms) line.number("timestamp", *original.timestamp_ms);
  add_bytes(line, "key", original.key);
  line.raw("headers", headers_json(original.headers));
  if (found.letter.lost_bytes) line.number("lostBytes", *found.letter.lost_bytes);
  add_bytes(line, "value", original.value);
  return line.str();
}

}  // namespace cortado::app
