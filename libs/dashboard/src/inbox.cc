// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "inbox.h"

#include <algorithm>
#include <utility>

namespace cortado::dashboard {

void Inbox::add(std::span<const DeviceRow> rows) {
  const std::lock_guard lock(mutex_);
  for (const auto& row : rows) push(row);
}

void Inbox::add(const BatchRow& row) {
  const std::lock_guard lock(mutex_);
  if (held_.batches.size() < kBatches) held_.batches.push_back(row);
  if (held_.active && held_.active->batch <= row.batch) held_.active.reset();
}

void Inbox::add(const JournalRow& row) {
  const std::lock_guard lock(mutex_);
  if (held_.journal.size() < kEvents) held_.journal.push_back(row);
}

void Inbox::add(const SnapshotRow& row) {
  const std::lock_guard lock(mutex_);
  if (held_.snapshots.size() < kEvents) held_.snapshots.push_back(row);
}

void Inbox::add(const ActiveBatch& row) {
  const std::lock_guard lock(mutex_);
  held_.active = row;
}

void Inbox::add(const MemoryRow& row) {
  const std::lock_guard lock(mutex_);
  held_.memory = row;
}

void Inbox::add(const ProcessRow& row) {
  const std::lock_guard lock(mutex_);
  held_.process = row;
}

void Inbox::add(std::span<const ResidencyRow> rows) {
  const std::lock_guard lock(mutex_);
  const std::size_t room = kResidency - std::min(kResidency, held_.residency.size());
  const std::size_t behind = held_.lost + held_.row_count;
  for (const ResidencyRow& row : rows.first(std::min(rows.size(), room)))
    held_.residency.push_back({behind, row});
}

void Inbox::add(std::span<const LaneRow> lanes) {
  const std::lock_guard lock(mutex_);
  held_.lanes.emplace(lanes.begin(), lanes.end());
}

bool Inbox::Contents::empty() const {
  return row_count == 0 && batches.empty() && journal.empty() && snapshots.empty() &&
         residency.empty() && !lanes && !active && !memory && !process;
}

void Inbox::Contents::clear() {
  row_count = 0;
  first = 0;
  lost = 0;
  batches.clear();
  journal.clear();
  snapshots.clear();
  residency.clear();
  lanes.reset();
  active.reset();
  memory.reset();
  process.reset();
}

void Inbox::take(Contents& contents) {
  contents.clear();
  const std::lock_guard lock(mutex_);
  std::swap(contents, held_);
}

void Inbox::push(const DeviceRow& row) {
  if (held_.row_count == kRows) {
    held_.rows[held_.first] = row;
    held_.first = (held_.first + 1) % kRows;
    ++held_.lost;
    return;
  }
  if (held_.row_count == held_.rows.size()) {
    held_.rows.push_back(row);
  } else {
    held_.rows[held_.row_count] = row;
  }
  ++held_.row_count;
}

}  // namespace cortado::dashboard
