// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "tick.h"

#include <algorithm>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

/// Rows routed by one task: enough to make handing out a task cheap.
constexpr std::size_t kRouteChunk = 256;

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
  group();
  load(result);
  if (result.error) return result;
  score(result);
  const auto scored = clock.steady();
  result.report.score = scored - begun;
  if (result.error) return result;
  write(result);
  const auto written = clock.steady();
  result.report.produce = written - scored;
  commit(result);
  result.report.commit = clock.steady() - written;
  count(result);
  tell();
  for (const Batch& batch : batches_) {
    if (batch.committed) batch.lane->batch_committed(clock.steady());
  }
  return result;
}

void Tick::lay_out(std::span<Lane* const> lanes) {
  batches_.clear();
  rows_ = 0;
  for (Lane* lane : lanes) {
    const auto records = lane->buffer().records();
    if (records.empty()) continue;
    batches_.push_back({.lane = lane, .first = rows_, .records = records});
    rows_ += records.size();
  }
  if (outcomes_.size() < rows_) {
    outcomes_.resize(rows_);
    names_.resize(rows_);
    routed_.resize(rows_);
  }
  for (std::size_t row = 0; row < rows_; ++row) outcomes_[row].clear();
}

void Tick::route() {
  struct Chunk {
    const Batch* batch;
    std::size_t begin;
  };
  std::vector<Chunk> chunks;
  for (const Batch& batch : batches_) {
    for (std::size_t i = 0; i < batch.records.size(); i += kRouteChunk)
      chunks.push_back({&batch, i});
  }
  context_.pool.run(chunks.size(), [&](std::size_t index) {
    const auto& [batch, begin] = chunks[index];
    const std::size_t end = std::min(begin + kRouteChunk, batch->records.size());
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t row = batch->first + i;
      routed_[row] =
          context_.parts.operation.route(batch->records[i], names_[row], outcomes_[row]) ? 1 : 0;
    }
  });
}

void Tick::group() {
  tasks_.clear();
  for (const Batch& batch : batches_) {
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
      const std::size_t row = batch.first + i;
      if (routed_[row] == 0) continue;
      const base::TopicPartition* owner = nullptr;
      Device* const device = batch.lane->device(names_[row], owner);
      if (device == nullptr) {
        outcomes_[row].device = names_[row];
        refuse_second_partition(batch, *owner, outcomes_[row]);
        continue;
      }
      if (device->rows.empty()) tasks_.push_back({&batch, device});
      device->rows.push_back(static_cast<std::uint32_t>(i));
    }
  }
}

void Tick::refuse_second_partition(const Batch& batch, const base::TopicPartition& owner,
                                   base::Outcome& outcome) {
  outcome.kind = base::OutcomeKind::kDeadLetter;
  outcome.stage = "route";
  outcome.reason = "device " + outcome.device + " is on " + to_string(batch.lane->partition()) +
                   " but its model is on " + to_string(owner) +
                   ": give all records of a device the same key";
}

void Tick::load(TickResult& result) {
  std::vector<Device*> devices;
  for (Batch& batch : batches_) {
    devices.clear();
    for (const DeviceTask& task : tasks_) {
      if (task.batch == &batch && task.device->evicted()) devices.push_back(task.device);
    }
    if (devices.empty()) continue;
    const base::Status loaded = batch.lane->load(devices);
    if (loaded.ok()) continue;
    const std::string lane = to_string(batch.lane->partition());
    if (!batch.lane->damaged()) {
      result.error = loaded.error().with_context(lane);
      return;
    }
    base::log_error("stream", "an evicted device cannot be loaded: " + loaded.error().message(),
                    {{"lane", lane}});
    batch.skipped = true;
    result.undone.push_back(batch.lane);
  }
}

void Tick::score(TickResult& result) {
  std::stable_sort(tasks_.begin(), tasks_.end(), [](const DeviceTask& a, const DeviceTask& b) {
    return a.device->rows.size() > b.device->rows.size();
  });
  std::erase_if(tasks_, [](const DeviceTask& task) { return task.batch->skipped; });
  const auto now = context_.parts.clock.steady();
  context_.pool.run(tasks_.size(), [this](std::size_t index) { score_device(tasks_[index]); });
  for (const DeviceTask& task : tasks_) {
    task.device->rows.clear();
    task.batch->lane->use(*task.device, now);
    if (!task.device->error || result.error) continue;
    result.error = task.device->error->with_context("device " + task.device->name);
  }
  if (!result.error) return;
  for (const Batch& batch : batches_) batch.lane->taint();
}

void Tick::score_device(const DeviceTask& task) {
  Device& device = *task.device;
  if (!device.processor) {
    auto made = context_.parts.operation.create(device.name);
    if (!made.ok()) {
      device.error = made.error();
      return;
    }
    device.processor = std::move(made).value();
  }
  thread_local std::vector<const base::RawRecord*> records;
  thread_local std::vector<base::Outcome*> outcomes;
  records.clear();
  outcomes.clear();
  for (const std::uint32_t row : device.rows) {
    records.push_back(&task.batch->records[row]);
    outcomes.push_back(&outcomes_[task.batch->first + row]);
  }
  device.processor->run(records, outcomes);
  for (base::Outcome* outcome : outcomes) {
    if (outcome->device.empty()) outcome->device = device.name;
  }
  device.dirty = true;
}

void Tick::write(TickResult& result) {
  for (Batch& batch : batches_) {
    if (batch.skipped) continue;
    const base::Status begun = batch.lane->log().begin();
    batch.open = begun.ok();
    if (!begun.ok()) fail(batch, begun.error(), result);
  }
  for (Batch& batch : batches_) {
    for (std::size_t i = 0; batch.open && i < batch.records.size(); ++i) {
      const base::Status done =
          batch.lane->log().append(batch.records[i], outcomes_[batch.first + i]);
      if (!done.ok()) fail(batch, done.error(), result);
    }
  }
}

void Tick::commit(TickResult& result) {
  for (Batch& batch : batches_) {
    if (!batch.open) continue;
    Lane& lane = *batch.lane;
    const auto outcome = lane.log().commit(lane.end_of_batch(), lane.pointer());
    if (!outcome.ok()) {
      fail(batch, outcome.error(), result);
    } else if (*outcome == CommitResult::kCommitted) {
      batch.committed = true;
    } else {
      lane.taint();
      (*outcome == CommitResult::kFenced ? result.fenced : result.undone).push_back(&lane);
    }
  }
}

void Tick::fail(Batch& batch, const base::Error& error, TickResult& result) {
  batch.lane->taint();
  batch.open = false;
  // The first error is the one worth telling; an abort that fails changes nothing after it.
  static_cast<void>(batch.lane->log().abort());
  if (!result.error) result.error = error.with_context(to_string(batch.lane->partition()));
}

void Tick::count(TickResult& result) const {
  for (const Batch& batch : batches_) {
    if (!batch.committed) continue;
    result.report.input_rows += static_cast<std::int64_t>(batch.records.size());
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
      count_outcome(outcomes_[batch.first + i], result);
    }
  }
}

void Tick::tell() const {
  for (const Batch& batch : batches_) {
    if (!batch.committed) continue;
    context_.parts.observer.committed(
        batch.lane->partition(), batch.records,
        std::span(outcomes_).subspan(batch.first, batch.records.size()));
  }
}

}  // namespace cortado::stream
