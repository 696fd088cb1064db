// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cortado::app {

/// True if the text begins with a control character (also one of those beyond ASCII), which could
/// drive a terminal.
inline bool is_control(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0x20U;
  };
  return byte(0) < 0x20 || byte(0) == 0x7f ||
         (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0);
}

/// Return the text with each control character replaced by a dot.
inline std::string without_controls(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool control = is_control(text.substr(i));
    if (control && static_cast<unsigned char>(text[i]) == 0xc2) ++i;
    out += control ? '.' : text[i];
  }
  return out;
}

/// Return how many places of a terminal a UTF-8 text takes; wide and combining characters count as
/// one.
inline std::size_t places(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

/// Lays out rows of cells for a terminal: left-aligned, two spaces apart, the last column as long
/// as it is.
class TextColumns {
 public:
  /// Control characters become dots.
  void add(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = without_controls(cell);
    rows_.push_back(std::move(cells));
  }

  std::string str() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], places(row[i]));
    }
    std::string out;
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        out += row[i];
        if (i + 1 < row.size()) out.append(widths[i] - places(row[i]) + 2, ' ');
      }
      out += '\n';
    }
    return out;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// Return ASCII letters in upper case.
inline std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

}  // namespace cortado::app
