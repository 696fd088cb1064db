// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The part of a tick in which records meet their devices.
#include <algorithm>
#include <atomic>

#include "cortado/base/log.h"
#include "slot_use.h"
#include "tick.h"

namespace cortado::stream {
namespace {

/// Rows routed by one task: enough to make handing out a task cheap.
constexpr std::size_t kRouteChunk = 256;

}  // namespace

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
    SlotUse slot(context_.parts.crashes, batch->lane->partition());
    for (std::size_t i = begin; i < end; ++i) {
      if (!is_special(*batch, i)) route_row(*batch, i, slot);
    }
  });
  for (const Batch& batch : batches_) {
    if (!batch.lane->guard().quiet()) route_special(batch);
  }
}

bool Tick::is_special(const Batch& batch, std::size_t i) {
  const CrashGuard& guard = batch.lane->guard();
  const base::Offset offset = batch.records[i].offset;
  return !guard.quiet() && (guard.skips(offset) || guard.suspects(offset));
}

void Tick::route_row(const Batch& batch, std::size_t i, SlotUse& slot) {
  const std::size_t row = batch.first + i;
  slot.note(batch.records[i].offset);
  routed_[row] =
      context_.parts.operation.route(batch.records[i], names_[row], outcomes_[row]) ? 1 : 0;
}

void Tick::route_special(const Batch& batch) {
  SlotUse slot(context_.parts.crashes, batch.lane->partition());
  for (std::size_t i = 0; i < batch.records.size(); ++i) {
    if (!is_special(batch, i)) continue;
    if (!batch.lane->guard().skips(batch.records[i].offset)) {
      route_row(batch, i, slot);
      continue;
    }
    routed_[batch.first + i] = 0;
    pass_over(batch.lane->guard(), batch.records[i].offset, outcomes_[batch.first + i]);
  }
}

void Tick::group(TickResult& result) {
  tasks_.clear();
  for (Batch& batch : batches_) {
    for (std::size_t i = 0; i < batch.records.size() && !batch.skipped; ++i) {
      const std::size_t row = batch.first + i;
      if (routed_[row] == 0) continue;
      Device* const device = device_of(batch, i);
      if (device == nullptr) continue;
      // Its stored state goes further than the lane: this record is in it.
      if (batch.records[i].offset < device->next) {
        if (i >= batch.muted) refuse_unwritten(batch, *device, batch.records[i].offset, result);
        continue;
      }
      if (device->rows.empty()) tasks_.push_back({&batch, device});
      device->rows.push_back(static_cast<std::uint32_t>(i));
    }
  }
}

Device* Tick::device_of(Batch& batch, std::size_t i) {
  const std::size_t row = batch.first + i;
  const base::RawRecord& record = batch.records[i];
  DeviceTable& devices = batch.lane->devices();
  if (i < batch.muted) {
    return batch.lane->is_others(names_[row], record.offset)
               ? nullptr
               : devices.replayed(names_[row], record.offset);
  }
  const Routing routing =
      devices.route(names_[row], record.offset, context_.parts.operation.begins(record));
  if (routing.wait != Routing::Wait::kNot) {
    cut(batch, i, routing.wait);
  } else if (routing.owner != nullptr) {
    outcomes_[row].device = names_[row];
    refuse_second_partition(batch, *routing.owner, outcomes_[row]);
  }
  return routing.device;
}

/// Leave a row and all behind it to a later batch.
void Tick::cut(Batch& batch, std::size_t i, Routing::Wait wait) {
  if (wait == Routing::Wait::kStored) {
    for (std::size_t j = i + 1; j < batch.records.size(); ++j) {
      if (routed_[batch.first + j] == 0) continue;
      batch.lane->devices().foresee(names_[batch.first + j], batch.records[j].offset);
    }
  }
  batch.lane->wait_at(i, wait);
  batch.records = batch.records.first(i);
  if (i == 0) batch.skipped = true;
}

void Tick::refuse_unwritten(Batch& batch, const Device& device, base::Offset offset,
                            TickResult& result) {
  batch.skipped = true;
  stop(batch,
       base::Error(base::ErrorCode::kCorrupt,
                   "the stored state of device " + device.name +
                       " goes beyond what is committed: offset " + std::to_string(offset.get()) +
                       " is in it but has no outcome; if the offset was "
                       "set back by hand, run cortado state rewind --to " +
                       std::to_string(offset.get()) + " -p " +
                       std::to_string(batch.lane->partition().partition.get())),
       result);
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
    if (batch.skipped) continue;
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
  for (const DeviceTask& task : tasks_) ++task.batch->left;
  const auto now = context_.parts.clock.steady();
  const auto alone = std::stable_partition(
      tasks_.begin(), tasks_.end(), [](const DeviceTask& task) { return !is_suspect(task); });
  context_.pool.run(static_cast<std::size_t>(alone - tasks_.begin()),
                    [this](std::size_t index) { run_task(tasks_[index]); });
  // Whatever dies now, dies of this one.
  std::for_each(alone, tasks_.end(), [this](const DeviceTask& task) { run_task(task); });
  for (const DeviceTask& task : tasks_) {
    Device& device = *task.device;
    const auto offset = [&task](std::uint32_t row) { return task.batch->records[row].offset; };
    if (!device.error) {
      device.has_model = device.processor->has_model();
      device.ran({.offset = offset(device.rows.front()), .time = now}, offset(device.rows.back()));
    }
    device.rows.clear();
    task.batch->lane->devices().use(device, now);
    if (!device.error || task.batch->skipped) continue;
    task.batch->skipped = true;
    stop(*task.batch, device.error->with_context("device " + device.name), result);
  }
}

bool Tick::is_suspect(const DeviceTask& task) {
  const CrashGuard& guard = task.batch->lane->guard();
  return !guard.quiet() &&
         std::any_of(task.device->rows.begin(), task.device->rows.end(), [&](std::uint32_t row) {
           return guard.suspects(task.batch->records[row].offset);
         });
}

/// Run a device. A lane whose last one this was is written at once where lanes are written beside
/// each other: client and broker work on it while other lanes are still scored.
void Tick::run_task(const DeviceTask& task) {
  score_device(task);
  Batch& batch = *task.batch;
  const std::size_t left = std::atomic_ref(batch.left).fetch_sub(1, std::memory_order_acq_rel);
  if (left > 1 || writers_.threads() == 1) return;
  const bool failed = std::any_of(tasks_.begin(), tasks_.end(), [&batch](const DeviceTask& other) {
    return other.batch == &batch && other.device->error;
  });
  if (!failed) settle(batch);
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
  SlotUse slot(context_.parts.crashes, task.batch->lane->partition());
  slot.run(*device.processor, records, outcomes);
  for (base::Outcome* outcome : outcomes) {
    if (outcome->device.empty()) outcome->device = device.name;
  }
}

}  // namespace cortado::stream
