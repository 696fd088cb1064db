// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cortado/dashboard/rows.h"
#include "read_model.h"
#include "ring.h"

namespace cortado::dashboard {

std::string_view to_text(LaneState state);
std::string_view to_text(JournalKind kind);
std::optional<JournalKind> journal_kind_of(std::string_view name);

struct JournalEntry {
  Version version = 0;
  JournalRow row;
};

/// What the engine's page shows beside the batches: lanes, what happened, counts. Bounded. Not
/// thread-safe.
class EngineBoard {
 public:
  static constexpr std::size_t kJournal = 1'000;

  void set_lanes(std::vector<LaneRow> lanes, Version version);
  /// Add an entry; one that says the same as the newest, within ten seconds of it, adds to its
  /// count instead.
  void add(const JournalRow& row, Version version);
  void add(const SnapshotRow& row, base::EpochMillis now_ms, Version version);
  void add(const BatchRow& row);
  /// Not one that has ended already: the inbox lets go of those.
  void set_active(const ActiveBatch& batch) { active_ = batch; }
  void set_memory(const MemoryRow& row) { memory_ = row; }
  void set_process(const ProcessRow& row) { process_ = row; }

  const std::vector<LaneRow>& lanes() const { return lanes_; }
  Version lanes_version() const { return lanes_version_; }
  const Ring<JournalEntry>& journal() const { return journal_; }
  const std::optional<ActiveBatch>& active() const { return active_; }
  const MemoryRow& memory() const { return memory_; }
  const std::optional<ProcessRow>& process() const { return process_; }

  /// Sums since the start.
  struct Counts {
    std::int64_t records = 0;
    std::int64_t dead_letters = 0;
    std::int64_t ignored = 0;
    std::int64_t rebalances = 0;
    std::int64_t snapshots = 0;
    std::int64_t errors = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  void count(const JournalRow& row);

  std::vector<LaneRow> lanes_;
  Version lanes_version_ = 0;
  Ring<JournalEntry> journal_;
  std::optional<ActiveBatch> active_;
  MemoryRow memory_;
  std::optional<ProcessRow> process_;
  Counts counts_;
};

}  // namespace cortado::dashboard
