// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "cortado/base/clock.h"
#include "json_line.h"
#include "state/state_views.h"
#include "text_columns.h"

namespace cortado::app {
namespace {

std::uint64_t stored_bytes(const checkpoint::Manifest& manifest) {
  std::uint64_t bytes = 0;
  for (const auto& entry : manifest.entries) bytes += entry.stored_size;
  return bytes;
}

/// "3m", "2h", "5d"; rounded down.
std::string age_text(std::optional<base::EpochMillis> written) {
  if (!written) return "-";
  const std::int64_t seconds =
      std::max<std::int64_t>(0, base::system_clock().now_ms() - *written) / 1000;
  if (seconds < 120) return std::to_string(seconds) + "s";
  if (seconds < 7200) return std::to_string(seconds / 60) + "m";
  if (seconds < 172'800) return std::to_string(seconds / 3600) + "h";
  return std::to_string(seconds / 86'400) + "d";
}

std::string number_or_dash(const std::optional<base::Offset>& offset) {
  return offset ? std::to_string(offset->get()) : "-";
}

/// What to say of a lane without a snapshot to start from.
std::string absence(const LaneView& lane) {
  if (lane.pointer) return "none yet";
  return lane.position && lane.position->next_offset ? "none, but an offset is committed" : "none";
}

struct LaneRow {
  const LaneView& lane;
  std::size_t snapshots = 0;
  std::unique_ptr<ChosenSnapshot> chosen;
  std::string problem;
};

base::Result<LaneRow> look_at(const StateAccess& access, const LaneView& lane) {
  LaneRow row{.lane = lane, .snapshots = 0, .chosen = nullptr, .problem = {}};
  CORTADO_ASSIGN(const auto all, lane.archive().snapshots());
  row.snapshots = all.size();
  auto chosen = access.choose(lane);
  if (chosen.ok()) {
    row.chosen = std::move(*chosen);
  } else if (checkpoint::is_unusable(chosen.error())) {
    row.problem = chosen.error().message();
  } else {
    return chosen.error();
  }
  return row;
}

std::string lane_json(const StateAccess& access, const LaneRow& row) {
  JsonLine line;
  line.text("topic", row.lane.lane.topic).number("partition", row.lane.lane.partition.get());
  if (row.lane.position && row.lane.position->next_offset)
    line.number("committed", row.lane.position->next_offset->get());
  if (row.lane.pointer) line.boolean("moved", row.lane.pointer->moved);
  line.number("snapshots", static_cast<std::int64_t>(row.snapshots));
  if (!row.problem.empty()) line.text("problem", row.problem);
  if (!row.chosen) return line.str();
  const auto& found = row.chosen->found;
  line.text("snapshot", found.name.name)
      .boolean("committedSnapshot", row.chosen->committed)
      .number("offset", found.manifest->facts.next_offset.get())
      .number("lowWater", found.manifest->facts.low_water.get())
      .number("devices", static_cast<std::int64_t>(found.manifest->entries.size()))
      .number("bytes", static_cast<std::int64_t>(stored_bytes(*found.manifest)))
      .text("modelHash", found.manifest->identity.model_hash)
      .number("algorithmVersion", found.manifest->identity.algorithm_version);
  if (const auto time = access.written(row.lane, found.name.name)) line.number("written", *time);
  return line.str();
}

void add_lane(const StateAccess& access, const LaneRow& row, TextColumns& columns) {
  const std::string partition = std::to_string(row.lane.lane.partition.get());
  const std::string committed =
      row.lane.position ? number_or_dash(row.lane.position->next_offset) : "?";
  if (!row.chosen) {
    columns.add({partition, committed, "-", "-", "-", "-", "-", std::to_string(row.snapshots),
                 row.problem.empty() ? absence(row.lane) : row.problem});
    return;
  }
  const auto& found = row.chosen->found;
  const auto& facts = found.manifest->facts;
  columns.add({partition, committed, std::to_string(facts.next_offset.get()),
               std::to_string(facts.low_water.get()),
               std::to_string(found.manifest->entries.size()),
               std::to_string(stored_bytes(*found.manifest)),
               age_text(access.written(row.lane, found.name.name)), std::to_string(row.snapshots),
               found.name.name + (row.chosen->committed ? "" : " (newest)")});
}

base::Result<ExitCode> list_lanes(const StateAccess& access, bool json) {
  TextColumns columns;
  columns.add({"PARTITION", "COMMITTED", "OFFSET", "LOW-WATER", "DEVICES", "BYTES", "AGE",
               "SNAPSHOTS", "SNAPSHOT"});
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(const LaneRow row, look_at(access, lane));
    if (json) {
      std::printf("%s\n", lane_json(access, row).c_str());
    } else {
      add_lane(access, row, columns);
    }
  }
  if (!json) std::fputs(columns.str().c_str(), stdout);
  return ExitCode::kOk;
}

base::Result<ExitCode> list_devices(const StateAccess& access, bool json) {
  TextColumns columns;
  columns.add({"PARTITION", "OFFSET", "BYTES", "RAW-BYTES", "DEVICE"});
  for (const LaneView& lane : access.lanes()) {
    CORTADO_ASSIGN(const auto chosen, access.choose(lane));
    if (!chosen) continue;
    for (const auto& entry : chosen->found.manifest->entries) {
      if (json) {
        JsonLine line;
        line.text("device", entry.device)
            .number("partition", lane.lane.partition.get())
            .number("offset", entry.next.get())
            .number("bytes", entry.stored_size)
            .number("rawBytes", entry.raw_size)
            .boolean("forgotten", entry.raw_size == 0);
        std::printf("%s\n", line.str().c_str());
        continue;
      }
      columns.add({std::to_string(lane.lane.partition.get()), std::to_string(entry.next.get()),
                   std::to_string(entry.stored_size), std::to_string(entry.raw_size),
                   entry.device + (entry.raw_size == 0 ? " (forgotten)" : "")});
    }
  }
  if (!json) std::fputs(columns.str().c_str(), stdout);
  return ExitCode::kOk;
}

}  // namespace

base::Result<ExitCode> list_state(StateAccess& access, const StateOptions& options, bool json) {
  return options.list_devices ? list_devices(access, json) : list_lanes(access, json);
}

}  // namespace cortado::app
