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
  score(result);
  const auto scored = clock.steady();
  result.report.score = scored - begun;
  write();
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
    const auto records = lane->buffer().records();
    if (records.empty()) continue;
    const auto unmuted = std::find_if(records.begin(), records.end(), [lane](const auto& record) {
      return record.offset >= lane->muted_below();
    });
    batches_.push_back({.lane = lane,
                        .first = rows_,
                        .records = records,
                        .muted = static_cast<std::size_t>(unmuted - records.begin()),
                        .pointer = {},
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
  for (Batch& batch : batches_) {
    for (std::size_t i = 0; i < batch.records.size(); ++i) {
      const std::size_t row = batch.first + i;
      if (routed_[row] == 0) continue;
      const base::TopicPartition* owner = nullptr;
      Device* const device = batch.lane->devices().device(names_[row], owner);
      if (device == nullptr) {
        outcomes_[row].device = names_[row];
        refuse_second_partition(batch, *owner, outcomes_[row]);
        continue;
      }
      // Its stored state goes further than the lane: this record is in it.
      if (batch.records[i].offset < device->next) continue;
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
    batch.skipped = true;
    if (!batch.lane->damaged()) {
      stop(batch, loaded.error(), result);
      continue;
    }
    base::log_error("stream", "an evicted device cannot be loaded: " + loaded.error().message(),
                    {{"lane", lane}});
    result.undone.emplace_back(batch.lane, CommitResult::kAborted);
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
    Device& device = *task.device;
    const auto offset = [&task](std::uint32_t row) { return task.batch->records[row].offset; };
    if (!device.error) {
      device.ran({.offset = offset(device.rows.front()), .time = now}, offset(device.rows.back()));
    }
    device.rows.clear();
    task.batch->lane->devices().use(device, now);
    if (!device.error || task.batch->skipped) continue;
    task.batch->skipped = true;
    stop(*task.batch, device.error->with_context("device " + device.name), result);
  }
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
}

void Tick::write() {
  writers_.run(batches_.size(), [this](std::size_t index) { write_batch(batches_[index]); });
}

void Tick::write_batch(Batch& batch) const {
  if (batch.skipped || batch.muted == batch.records.size()) return;
  LaneLog& log = batch.lane->log();
  base::Status status = log.begin();
  for (std::size_t i = batch.muted; status.ok() && i < batch.records.size(); ++i) {
    status = log.append(batch.records[i], outcomes_[batch.first + i]);
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

void Tick::conclude(TickResult& result) {
  const auto now = context_.parts.clock.steady();
  for (Batch& batch : batches_) {
    result.rows += static_cast<std::int64_t>(batch.records.size());
    if (batch.skipped) continue;
    Lane& lane = *batch.lane;
    if (batch.error) {
      // The first error is the one worth telling; an abort that fails changes nothing after it.
      static_cast<void>(lane.log().abort());
      stop(batch, *batch.error, result);
    } else if (batch.result.value_or(CommitResult::kCommitted) == CommitResult::kCommitted) {
      lane.batch_processed(batch.result.has_value(), batch.pointer, now);
      if (batch.result) result.committed.push_back(&lane);
    } else {
      lane.taint();
      result.undone.emplace_back(&lane, *batch.result);
    }
  }
}

void Tick::stop(Batch& batch, const base::Error& error, TickResult& result) {
  batch.lane->taint();
  result.stopped.emplace_back(batch.lane, error.with_context(to_string(batch.lane->partition())));
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
