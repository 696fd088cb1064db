// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "tick.h"

#include <algorithm>

namespace cortado::stream {
namespace {

void count_outcome(const base::Outcome& outcome, TickResult& result) {
  switch (outcome.kind) {
    case base::OutcomeKind::kEnriched:
      ++result.report.enriched;
      if (outcome.status == base::ScoreStatus::kAlarm) ++result.report.alarms;
      if (outcome.status == base::ScoreStatus::kInvalid) ++result.report.invalid;
      if (outcome.clipped) ++result.clipped;
      break;
    case base::OutcomeKind::kDeadLetter:
      ++result.report.dead_letters;
      break;
    case base::OutcomeKind::kIgnored:
      ++result.report.ignored;
      break;
  }
}

}  // namespace

TickResult Tick::run(std::span<Lane* const> lanes) {
  TickResult result;
  base::Clock& clock = context_.parts.clock;
  const auto begun = clock.steady();
  lay_out(lanes);
  route();
  group(result);
  load(result);
  score(result);
  const auto scored = clock.steady();
  result.report.score = scored - begun;
  write(result);
  const auto written = clock.steady();
  result.report.produce = written - scored;
  commit();
  result.report.commit = clock.steady() - written;
  count(result);
  tell();
  conclude(result);
  return result;
}

void Tick::lay_out(std::span<Lane* const> lanes) {
  batches_.clear();
  rows_ = 0;
  for (Lane* lane : lanes) {
    lane->lay_out(context_.parts.clock.steady());
    const auto records = lane->batch();
    if (records.empty()) continue;
    const auto unmuted = std::find_if(records.begin(), records.end(), [lane](const auto& record) {
      return record.offset >= lane->muted_below();
    });
    batches_.push_back({.lane = lane,
                        .first = rows_,
                        .records = records,
                        .muted = static_cast<std::size_t>(unmuted - records.begin()),
                        .pointer = {},
                        .refused = {},
                        .error = {},
                        .result = {}});
    rows_ += records.size();
  }
  if (outcomes_.size() < rows_) {
    outcomes_.resize(rows_);
    names_.resize(rows_);
    routed_.resize(rows_);
  }
  for (std::size_t row = 0; row < rows_; ++row) outcomes_[row].clear();
}

void Tick::conclude(TickResult& result) {
  const auto now = context_.parts.clock.steady();
  for (Batch& batch : batches_) {
    result.rows += static_cast<std::int64_t>(batch.records.size());
    if (batch.skipped) continue;
    Lane& lane = *batch.lane;
    if (batch.error) {
      // The first error is the one worth telling; an abort that fails changes nothing after it.
      static_cast<void>(lane.log().abort());
      refuse(batch, *batch.error, result);
    } else if (batch.result.value_or(CommitResult::kCommitted) == CommitResult::kCommitted) {
      lane.batch_processed(batch.result.has_value(), batch.pointer, now);
      if (batch.result) result.committed.push_back(&lane);
    } else {
      lane.taint();
      result.undone.emplace_back(&lane, *batch.result);
    }
  }
  for (const DeviceTask& task : tasks_) {
    if (task.batch->result == CommitResult::kCommitted)
      task.batch->lane->devices().committed(*task.device);
  }
}

void Tick::stop(Batch& batch, const base::Error& error, TickResult& result) {
  batch.lane->taint();
  result.stopped.emplace_back(batch.lane, error);
}

void Tick::refuse(Batch& batch, const base::Error& error, TickResult& result) {
  batch.lane->taint();
  result.refused.emplace_back(batch.lane, error);
}

void Tick::count(TickResult& result) const {
  for (const Batch& batch : batches_) {
    if (batch.result != CommitResult::kCommitted) continue;
    result.report.input_rows += static_cast<std::int64_t>(batch.records.size() - batch.muted);
    for (std::size_t i = batch.muted; i < batch.records.size(); ++i) {
      count_outcome(outcomes_[batch.first + i], result);
    }
  }
}

void Tick::tell() const {
  for (const Batch& batch : batches_) {
    if (batch.result != CommitResult::kCommitted) continue;
    const std::size_t rows = batch.records.size() - batch.muted;
    context_.parts.observer.committed(
        batch.lane->partition(), batch.records.subspan(batch.muted),
        std::span(outcomes_).subspan(batch.first + batch.muted, rows));
  }
}

}  // namespace cortado::stream
