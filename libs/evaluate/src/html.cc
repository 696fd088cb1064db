// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "html.h"

#include <cmath>

#include "cortado/base/calendar.h"
#include "print.h"

namespace cortado::evaluate {
namespace {

/// Return the length of the UTF-8 sequence that begins a text, 0 if none does.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies beyond Unicode.
  if (length >= 3) {
    const unsigned second = byte(1);
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
      return 0;
  }
  return length;
}

void append_escaped(char c, std::string& out) {
  switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '"':
      out += "&quot;";
      break;
    case '\'':
      out += "&#39;";
      break;
    default:
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 1) {
      append_escaped(text[0], out);
    } else if (length == 0) {
      out += '?';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string short_number(double value) {
  if (!std::isfinite(value)) return "-";
  std::string out;
  print(out, "%.4g", value);
  return out;
}

std::string grouped(std::int64_t value) {
  std::string out = std::to_string(value);
  const std::size_t sign = value < 0 ? 1 : 0;
  for (std::size_t at = out.size(); at > sign + 3;) {
    at -= 3;
    out.insert(at, 1, ',');
  }
  return out;
}

std::string time_text(std::optional<base::EpochMillis> time) {
  if (!time) return "";
  return base::format_date(*time) + " " + base::format_minute(*time);
}

std::string table(const std::vector<std::string>& titles,
                  const std::vector<std::vector<std::string>>& rows, std::size_t numbers) {
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  const auto open = [&out, numbers](const char* tag, std::size_t column) {
    out += std::string("<") + tag + (column >= numbers ? " class=\"n\">" : ">");
  };
  for (std::size_t i = 0; i < titles.size(); ++i) {
    open("th", i);
    out += titles[i] + "</th>";
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      open("td", i);
      out += row[i] + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

std::string_view style() {
  return R"(
:root { color-scheme: light dark; --ink: #1c2430; --dim: #5b6675; --paper: #ffffff; --card: #f4f6f9;
  --line: #c9d1dc; --blue: #1f6fb2; --red: #c2410c; --shade: #e2a336; --green: #2f7d4f; --violet: #7b4fb3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9f0; --dim: #9aa6b6; --paper: #12161c;
  --card: #1b212a; --line: #3a4452; --blue: #67b0ec; --red: #ff8a5c; --shade: #b58430; --green: #6cc48d;
  --violet: #b795ea; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 20px 60px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 36px 0 8px; }
h3 { font-size: 15px; margin: 20px 0 2px; overflow-wrap: anywhere; }
p { margin: 4px 0 10px; color: var(--dim); } code { font-size: 13px; overflow-wrap: anywhere; }
.cards { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0; }
.card { background: var(--card); border-radius: 8px; padding: 8px 14px; min-width: 116px; }
.card b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; } .card span { color: var(--dim); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 10px 3px 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--dim); font-weight: 600; } .n { text-align: right; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--dim); font-size: 11px; }
.axis { stroke: var(--line); fill: none; } .value { stroke: var(--blue); fill: none; stroke-width: 1; }
.mark { fill: var(--red); } .strip { stroke: var(--violet); } .cut { stroke: var(--red); stroke-dasharray: 4 3; }
.window { fill: var(--shade); fill-opacity: 0.35; } .cell { fill: var(--red); } .empty { fill: var(--card); }
.c0 { stroke: var(--blue); } .c1 { stroke: var(--green); } .c2 { stroke: var(--violet); } .c3 { stroke: var(--red); }
.curve { fill: none; stroke-width: 1.7; } text.c0, text.c1, text.c2, text.c3 { stroke: none; }
text.c0 { fill: var(--blue); } text.c1 { fill: var(--green); } text.c2 { fill: var(--violet); } text.c3 { fill: var(--red); }
)";
}

}  // namespace cortado::evaluate
