// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "inbox.h"

#include <utility>

namespace cortado::dashboard {

void Inbox::add(std::span<const DeviceRow> rows) {
  const std::lock_guard lock(mutex_);
  for (const auto& row : rows) push(row);
}

void Inbox::add(const BatchRow& row) {
  const std::lock_guard lock(mutex_);
  if (held_.batches.size() < kBatches) held_.batches.push_back(row);
}

void Inbox::take(Contents& contents) {
  contents.row_count = 0;
  contents.first = 0;
  contents.batches.clear();
  contents.lost = 0;
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
