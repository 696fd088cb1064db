// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "engine_board.h"

#include <algorithm>
#include <array>

namespace cortado::dashboard {
namespace {

constexpr std::array<std::string_view, 7> kStates = {"waiting",  "loading", "replaying", "running",
                                                     "draining", "paused",  "stopped"};
constexpr std::array<std::string_view, 7> kKinds = {"start", "rebalance", "snapshot", "dead_letter",
                                                    "error", "ready",     "admin"};
constexpr base::EpochMillis kSameWithin = 10'000;

bool same(const JournalRow& a, const JournalRow& b) {
  return a.kind == b.kind && a.partition == b.partition && a.message == b.message;
}

}  // namespace

std::string_view to_text(LaneState state) { return kStates[static_cast<std::size_t>(state)]; }
std::string_view to_text(JournalKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<JournalKind> journal_kind_of(std::string_view name) {
  const auto found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<JournalKind>(found - kKinds.begin());
}

void EngineBoard::set_lanes(std::vector<LaneRow> lanes, Version version) {
  lanes_ = std::move(lanes);
  lanes_version_ = version;
}

void EngineBoard::add(const JournalRow& row, Version version) {
  count(row);
  if (!journal_.empty()) {
    JournalEntry& newest = journal_.back();
    if (same(newest.row, row) && row.time_ms - newest.row.time_ms <= kSameWithin) {
      newest.version = version;
      newest.row.time_ms = row.time_ms;
      newest.row.count += row.count;
      return;
    }
  }
  journal_.push({version, row}, kJournal);
}

void EngineBoard::count(const JournalRow& row) {
  if (row.kind == JournalKind::kRebalance) counts_.rebalances += row.count;
  if (row.kind == JournalKind::kError) counts_.errors += row.count;
}

void EngineBoard::add(const SnapshotRow& row, base::EpochMillis now_ms, Version version) {
  ++counts_.snapshots;
  add({.time_ms = now_ms,
       .kind = JournalKind::kSnapshot,
       .partition = row.partition,
       .message =
           std::to_string(row.devices) + (row.devices == 1 ? " device" : " devices") + " written"},
      version);
}

void EngineBoard::add(const BatchRow& row) {
  counts_.records += row.input_rows;
  counts_.dead_letters += row.dead_letters;
  counts_.ignored += row.ignored;
  if (active_ && active_->batch <= row.batch) active_.reset();
}

}  // namespace cortado::dashboard
