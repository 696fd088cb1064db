// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/pointer.h"

#include <algorithm>

#include "cortado/base/option.h"

namespace cortado::stream {
namespace {

base::Error foreign(std::string_view text) {
  return base::Error(base::ErrorCode::kCorrupt,
                     text.empty() ? "the committed offset carries no metadata"
                                  : "the committed offset carries the metadata \"" +
                                        std::string(text.substr(0, 100)) + "\" of another program");
}

/// Take "<prefix>...;" or the rest off the front of `text`. False if it does not begin so.
bool take(std::string_view& text, std::string_view prefix, std::string& value) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  const std::size_t end = text.find(';');
  value = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return true;
}

/// Read "7,12,400". False unless the offsets ascend.
bool take_offsets(std::string_view text, std::vector<base::Offset>& offsets) {
  while (!text.empty()) {
    const std::size_t end = text.find(',');
    const auto number = base::parse_integer(text.substr(0, end));
    if (!number.ok() || *number < 0) return false;
    if (!offsets.empty() && offsets.back().get() >= *number) return false;
    offsets.emplace_back(*number);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return true;
}

/// Write ";sk=5,7"; nothing where there are none.
std::string format_offsets(const char* name, const std::vector<base::Offset>& offsets) {
  std::string text;
  for (const base::Offset& offset : offsets) {
    text += &offset == offsets.data() ? name : ",";
    text += std::to_string(offset.get());
  }
  return text;
}

}  // namespace

std::string format(const Pointer& pointer) {
  return "v1;m=" + pointer.snapshot.name + ";h=" + pointer.snapshot.hash +
         ";lw=" + std::to_string(pointer.low_water.get()) +
         format_offsets(";sk=", pointer.skipped) + format_offsets(";op=", pointer.dismissed) +
         // A build that does not know it refuses what it would misread.
         (pointer.moved ? ";mv=1" : "");
}

void forget_oldest(std::vector<base::Offset>& skipped, base::Offset start) {
  while (skipped.size() > kMostSkipped && skipped.front() < start) skipped.erase(skipped.begin());
}

base::Result<Pointer> parse_pointer(std::string_view text) {
  std::string_view rest = text;
  Pointer pointer;
  std::string version;
  std::string low_water;
  const bool whole = take(rest, "v1", version) && version.empty() &&
                     take(rest, "m=", pointer.snapshot.name) &&
                     take(rest, "h=", pointer.snapshot.hash) && take(rest, "lw=", low_water);
  std::string skipped;
  if (!whole) return foreign(text);
  std::string dismissed;
  if (!rest.empty()) take(rest, "sk=", skipped);
  if (!rest.empty()) take(rest, "op=", dismissed);
  std::string moved;
  if (!rest.empty()) pointer.moved = take(rest, "mv=", moved) && moved == "1";
  if (!take_offsets(skipped, pointer.skipped)) return foreign(text);
  if (!take_offsets(dismissed, pointer.dismissed)) return foreign(text);
  const auto number = base::parse_integer(low_water);
  if (!number.ok() || *number < 0) return foreign(text);
  if (pointer.snapshot.name.empty() != pointer.snapshot.hash.empty()) return foreign(text);
  pointer.low_water = base::Offset(*number);
  const bool known = std::includes(pointer.skipped.begin(), pointer.skipped.end(),
                                   pointer.dismissed.begin(), pointer.dismissed.end());
  if (!known || format(pointer) != text) return foreign(text);
  return pointer;
}

}  // namespace cortado::stream
