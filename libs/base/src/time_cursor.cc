// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/time_cursor.h"

namespace cortado::base {

bool TextCursor::digits(int count, int& value) {
  value = 0;
  for (int i = 0; i < count; ++i) {
    if (!next_is_digit()) return false;
    value = value * 10 + (text_.front() - '0');
    text_.remove_prefix(1);
  }
  return true;
}

bool TextCursor::fraction(int& milliseconds) {
  milliseconds = 0;
  int count = 0;
  for (; next_is_digit() && count < 9; ++count) {
    if (count < 3) milliseconds = milliseconds * 10 + (text_.front() - '0');
    text_.remove_prefix(1);
  }
  for (int i = count; i < 3; ++i) milliseconds *= 10;
  return count > 0 && !next_is_digit();
}

bool TextCursor::zone(int& minutes) {
  if (take('Z')) {
    minutes = 0;
    return true;
  }
  const bool west = !text_.empty() && text_.front() == '-';
  if (!take('+') && !take('-')) return false;
  int hours = 0;
  int rest = 0;
  if (!digits(2, hours)) return false;
  const bool colon = take(':');
  if ((colon || !done()) && !digits(2, rest)) return false;
  if (hours > 23 || rest > 59) return false;
  minutes = (west ? -1 : 1) * (hours * 60 + rest);
  return true;
}

}  // namespace cortado::base
