// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "engine_views.h"

namespace cortado::dashboard {
namespace {

std::string base64(const std::vector<std::uint8_t>& bytes) {
  static constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = bytes.size() - i;
    const std::uint32_t word = static_cast<std::uint32_t>(bytes[i]) << 16 |
                               (left > 1 ? static_cast<std::uint32_t>(bytes[i + 1]) << 8 : 0) |
                               (left > 2 ? static_cast<std::uint32_t>(bytes[i + 2]) : 0);
    out += kLetters[word >> 18 & 63];
    out += kLetters[word >> 12 & 63];
    out += left > 1 ? kLetters[word >> 6 & 63] : '=';
    out += left > 2 ? kLetters[word & 63] : '=';
  }
  return out;
}

}  // namespace

void write_fleet(JsonWriter& out, const ReadModel& model, const FleetWish& wish) {
  const std::int64_t step = FleetRow::kSteps[wish.level];
  const std::int64_t last = model.fleet_time() / step;
  std::int64_t first = std::max<std::int64_t>(0, last - wish.columns + 1);
  if (wish.since_ms) first = std::max(first, (*wish.since_ms + step - 1) / step);
  const bool any = model.fleet_time() >= 0;
  const std::int64_t columns = any ? std::max<std::int64_t>(0, last - first + 1) : 0;
  std::vector<std::uint8_t> cells(static_cast<std::size_t>(columns) * model.devices().size());
  std::size_t row = 0;
  for (const auto& [name, device] : model.devices()) {
    const auto width = static_cast<std::size_t>(columns);
    device->fleet.read(wish.level, first, std::span(cells).subspan(row++ * width, width));
  }
  out.begin_object().field("step", step).key("first");
  out.integer(any ? std::optional(first * step) : std::nullopt).field("columns", columns);
  out.field("rows", static_cast<std::int64_t>(model.devices().size()));
  out.field("roster", static_cast<std::int64_t>(model.roster()));
  if (wish.roster != model.roster()) {
    out.key("devices").begin_array();
    for (const auto& [name, device] : model.devices()) out.text(name);
    out.end_array();
  }
  out.field("cells", base64(cells)).end_object();
}

}  // namespace cortado::dashboard
