// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "json_writer.h"

#include <cmath>
#include <cstdio>

#include "cortado/base/option.h"

namespace cortado::evaluate {

JsonWriter& JsonWriter::number(double value, int digits) {
  if (!std::isfinite(value)) return raw("null");
  double unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  const double rounded = std::floor(value * unit + 0.5) / unit;
  return raw(base::print_number(rounded == 0 ? 0.0 : rounded));
}

void JsonWriter::append_text(std::string_view value) {
  out_ += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      (out_ += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof(escape), "\\u%04x", static_cast<unsigned>(c));
      out_ += escape;
    } else {
      out_ += c;
    }
  }
  out_ += '"';
}

}  // namespace cortado::evaluate
