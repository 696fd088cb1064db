// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "board_filler.h"

namespace cortado::dashboard {

void BoardFiller::fill(const Inbox::Contents& contents) {
  const std::lock_guard lock(board_.mutex);
  if (!contents.empty()) {
    // Before the rows: those of a partition that has just come may be there before it is told.
    if (contents.lanes) board_.model.keep(*contents.lanes);
    add_rows(contents);
    add_batches(contents);
    add_engine(contents);
    ++board_.changes;
  }
  count_devices();
}

void BoardFiller::fill_history(const Inbox::Contents& contents) {
  const std::lock_guard lock(board_.mutex);
  add_batches(contents);
}

void BoardFiller::add_rows(const Inbox::Contents& contents) {
  if (contents.lost > 0) metrics_.count_lost_rows(contents.lost);
  const base::EpochMillis now = board_.clock.now_ms();
  // In the order of their coming: a record brings a model back that has left before.
  auto moved = contents.residency.begin();
  const auto move_up_to = [&](std::size_t rows) {
    for (; moved != contents.residency.end() && moved->rows <= rows; ++moved)
      board_.model.add(moved->row);
  };
  for (std::size_t i = 0; i < contents.row_count; ++i) {
    move_up_to(contents.lost + i);
    const DeviceRow& row = contents.rows[(contents.first + i) % contents.row_count];
    if (!row.former) metrics_.count(row);
    board_.model.add(row, now);
  }
  move_up_to(contents.lost + contents.row_count);
}

void BoardFiller::add_batches(const Inbox::Contents& contents) {
  for (const BatchRow& row : contents.batches) {
    metrics_.count(row);
    board_.model.add(row, board_.started_ms);
    board_.timeline.add(row, board_.started_ms);
    board_.engine.add(row);
  }
}

void BoardFiller::add_engine(const Inbox::Contents& contents) {
  const base::EpochMillis now = board_.clock.now_ms();
  EngineBoard& engine = board_.engine;
  for (const SnapshotRow& row : contents.snapshots) {
    metrics_.count(row);
    engine.add(row, now, board_.model.advance());
  }
  for (const JournalRow& row : contents.journal) {
    metrics_.count(row);
    engine.add(row, board_.model.advance());
  }
  if (contents.lanes) {
    metrics_.set_lanes(*contents.lanes, now);
    engine.set_lanes(*contents.lanes, board_.model.advance());
  }
  if (contents.active) engine.set_active(*contents.active);
  if (contents.memory) {
    metrics_.set_memory(*contents.memory);
    engine.set_memory(*contents.memory);
  }
  if (contents.process) {
    metrics_.set_process(*contents.process);
    engine.set_process(*contents.process);
  }
}

void BoardFiller::count_devices() {
  const auto now = board_.clock.steady();
  if (now < next_count_) return;
  next_count_ = now + std::chrono::seconds(1);
  metrics_.set_devices(
      count_states(board_.model, board_.clock.now_ms(), board_.config.silent_after));
}

}  // namespace cortado::dashboard
