// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>
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

/// The columns of an answer, numbered from 1970 in steps.
struct Columns {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

Columns columns_of(const ReadModel& model, const FleetWish& wish) {
  if (model.fleet_time() < 0) return {};
  const std::int64_t step = FleetRow::kSteps[wish.level];
  std::int64_t last = model.fleet_time() / step;
  std::int64_t first = std::max<std::int64_t>(0, last - wish.columns + 1);
  if (wish.since_ms) first = std::max(first, (*wish.since_ms + step - 1) / step);
  if (wish.until_ms) last = std::min(last, *wish.until_ms / step);
  return {first, std::max<std::int64_t>(0, last - first + 1)};
}

/// The cells of all rows; where `per` devices share one, each cell is the worst of theirs.
std::vector<std::uint8_t> cells_of(std::span<const Device* const> devices, std::size_t per,
                                   std::size_t level, const Columns& columns) {
  const auto width = static_cast<std::size_t>(columns.count);
  const std::size_t rows = (devices.size() + per - 1) / per;
  std::vector<std::uint8_t> cells(rows * width);
  std::vector<std::uint8_t> one(width);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    devices[i]->fleet.read(level, columns.first, one);
    const auto row = std::span(cells).subspan(i / per * width, width);
    std::transform(one.begin(), one.end(), row.begin(), row.begin(),
                   [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
  }
  return cells;
}

std::span<const Device* const> part_of(std::span<const Device* const> devices,
                                       const FleetWish& wish) {
  const auto rest = devices.subspan(std::min(wish.offset, devices.size()));
  return rest.first(std::min(wish.limit.value_or(rest.size()), rest.size()));
}

std::size_t per_row(std::size_t devices, const FleetWish& wish) {
  return wish.rows ? std::max<std::size_t>(1, (devices + *wish.rows - 1) / *wish.rows) : 1;
}

void write_place(JsonWriter& out, std::span<const Device* const> devices, const std::string& name) {
  const auto found = std::find_if(devices.begin(), devices.end(),
                                  [&](const Device* device) { return device->name == name; });
  out.key("place").integer(found == devices.end() ? std::nullopt
                                                  : std::optional(found - devices.begin()));
}

}  // namespace

void write_fleet(JsonWriter& out, const ReadModel& model, std::span<const Device* const> devices,
                 const FleetWish& wish) {
  const std::int64_t step = FleetRow::kSteps[wish.level];
  const Columns columns = columns_of(model, wish);
  const auto part = part_of(devices, wish);
  const std::size_t per = per_row(part.size(), wish);
  out.begin_object().field("step", step).key("first");
  out.integer(model.fleet_time() >= 0 ? std::optional(columns.first * step) : std::nullopt);
  out.field("columns", columns.count);
  out.field("rows", static_cast<std::int64_t>((part.size() + per - 1) / per));
  out.field("matching", static_cast<std::int64_t>(devices.size()));
  out.field("per", static_cast<std::int64_t>(per));
  if (!wish.device.empty()) write_place(out, devices, wish.device);
  out.field("roster", static_cast<std::int64_t>(model.roster()));
  if (per == 1 && wish.roster != model.roster()) {
    out.key("devices").begin_array();
    for (const Device* device : part) out.text(device->name);
    out.end_array();
  }
  out.field("cells", base64(cells_of(part, per, wish.level, columns))).end_object();
}

}  // namespace cortado::dashboard
