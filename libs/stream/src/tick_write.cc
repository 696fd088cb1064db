// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The part of a tick in which outcomes go to the logs.
#include "tick.h"

namespace cortado::stream {

/// What score() has not settled, and what became of all.
void Tick::write(TickResult& result) {
  writers_.run(batches_.size(), [this](std::size_t index) {
    Batch& batch = batches_[index];
    if (!batch.skipped && !batch.settled) settle(batch);
  });
  for (Batch& batch : batches_) {
    if (!batch.refused) continue;
    batch.skipped = true;
    refuse(batch, *batch.refused, result);
  }
}

/// Judge a lane's outcomes and write them, in offset order. Precondition: its devices have run.
void Tick::settle(Batch& batch) const {
  batch.settled = true;
  const auto outcomes =
      std::span(outcomes_).subspan(batch.first, batch.records.size()).subspan(batch.muted);
  batch.refused = batch.lane->breaker().look(outcomes);
  if (!batch.refused && !outcomes.empty()) write_batch(batch, outcomes);
}

void Tick::write_batch(Batch& batch, std::span<const base::Outcome> outcomes) {
  LaneLog& log = batch.lane->log();
  base::Status status = log.begin();
  for (std::size_t i = 0; status.ok() && i < outcomes.size(); ++i) {
    status = log.append(batch.records[batch.muted + i], outcomes[i]);
  }
  if (status.ok()) status = log.discard(batch.lane->take_discarded());
  if (!status.ok()) batch.error = status.error();
}

void Tick::commit() {
  for (Batch& batch : batches_) batch.pointer = batch.lane->pointer();
  writers_.run(batches_.size(), [this](std::size_t index) {
    Batch& batch = batches_[index];
    if (batch.skipped || batch.error || batch.muted == batch.records.size()) return;
    const auto result = batch.lane->log().commit(batch.lane->end_of_batch(), batch.pointer);
    if (result.ok()) {
      batch.result = *result;
    } else {
      batch.error = result.error();
    }
  });
}

}  // namespace cortado::stream
