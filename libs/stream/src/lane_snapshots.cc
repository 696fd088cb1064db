// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_snapshots.h"

#include <algorithm>
#include <array>
#include <functional>
#include <mutex>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

/// Devices copied or compressed beside each other: bounds the memory that a snapshot takes.
constexpr std::size_t kGroup = 64;
constexpr std::size_t kCopyGroup = 16;
/// What records wait for is tried again so soon after a failure.
constexpr std::chrono::seconds kShortPause{1};

/// Takes the states of devices that come back.
class Returning final : public checkpoint::BlobReceiver {
 public:
  Returning(const Operator& operation, DeviceTable& devices)
      : operation_(operation), devices_(devices) {}

  void restart() override {}
  base::Status blob(std::string_view name, base::Offset next, std::string_view bytes) override {
    auto processor = operation_.load(name, bytes);
    if (!processor.ok()) return processor.error().with_context("device " + std::string(name));
    const bool has_model = (*processor)->has_model();
    const std::lock_guard lock(mutex_);
    devices_.add({.name = std::string(name),
                  .next = next,
                  .processor = std::move(processor).value(),
                  .has_model = has_model});
    return {};
  }
  void name(std::string_view, base::Offset, bool) override {}

 private:
  const Operator& operation_;
  std::mutex mutex_;
  DeviceTable& devices_;
};

base::Error out_of_time() {
  return {base::ErrorCode::kUnavailable,
          "stream.drain_timeout was over before its last snapshot was written; its next owner "
          "scores the records since the one before again"};
}

std::vector<Device*> sorted_for_search(std::vector<Device*> devices) {
  std::sort(devices.begin(), devices.end());
  return devices;
}

}  // namespace

LaneSnapshots::LaneSnapshots(LaneContext& context, base::TopicPartition lane,
                             std::shared_ptr<checkpoint::SnapshotStore> store, DeviceTable& devices,
                             checkpoint::SnapshotName newest)
    : context_(context),
      lane_(std::move(lane)),
      store_(std::move(store)),
      devices_(devices),
      newest_(std::move(newest)) {}

bool LaneSnapshots::can_write(std::chrono::nanoseconds now) const {
  const auto pause = std::max<std::chrono::nanoseconds>(context_.state.checkpoint_interval,
                                                        std::chrono::nanoseconds{1});
  return !failed_at_ || now - *failed_at_ >= pause;
}

std::optional<std::chrono::nanoseconds> LaneSnapshots::due(std::chrono::nanoseconds now) const {
  if (writing_ || !can_write(now)) return std::nullopt;
  for (const Device* device : devices_.residents()) {
    if (!device->dirty) continue;
    const bool demanded = whole_ || device->dirty->time <= demanded_.since;
    if (!demanded && now - device->dirty->time < context_.state.checkpoint_interval) continue;
    const auto dirty = devices_.dirty();
    return dirty.front()->dirty->time;
  }
  return std::nullopt;
}

void LaneSnapshots::demand(std::chrono::nanoseconds now) {
  demanded_ = {.since = now};
  failed_at_.reset();
}

SnapshotProgress LaneSnapshots::progress() const {
  SnapshotProgress progress = demanded_;
  const auto& devices = devices_.residents();
  progress.durable = std::none_of(devices.begin(), devices.end(), [this](const Device* device) {
    return device->dirty && device->dirty->time <= demanded_.since;
  });
  return progress;
}

base::Status LaneSnapshots::begin(const checkpoint::SnapshotFacts& facts,
                                  std::chrono::nanoseconds now) {
  if (writing_ || context_.budget.left(now) <= 0) return {};
  if (whole_) return write_dirty(facts, now);
  in_flight_ = devices_.dirty();
  submit(facts, copy_within_budget(in_flight_), now);
  return {};
}

base::Status LaneSnapshots::begin_without_devices(const checkpoint::SnapshotFacts& facts,
                                                  std::chrono::nanoseconds now) {
  // Records wait for it.
  const auto pause =
      std::min<std::chrono::nanoseconds>(context_.state.checkpoint_interval, kShortPause);
  if (writing_ || (failed_at_ && now - *failed_at_ < pause)) return {};
  if (whole_) return write_dirty(facts, now);
  submit(facts, {}, now);
  return {};
}

checkpoint::SnapshotFacts LaneSnapshots::complete(checkpoint::SnapshotFacts facts) {
  facts.refused = devices_.refusals().list();
  revision_ = devices_.refusals().revision();
  return facts;
}

void LaneSnapshots::submit(const checkpoint::SnapshotFacts& facts, std::vector<Copy> copies,
                           std::chrono::nanoseconds now) {
  Writing writing;
  writing.copies = std::move(copies);
  checkpoint::SnapshotFacts told = complete(facts);
  told.low_water = devices_.low_water(facts.low_water, sorted_for_search(in_flight_));
  for (Device* device : in_flight_) device->copy();
  began_ = now;
  writing_.emplace(context_.background, std::move(writing), [store = store_, told](Writing& work) {
    const auto writer = store->begin(told);
    checkpoint::CompressedBlob blob;
    for (Copy& copy : work.copies) {
      const base::Status compressed = checkpoint::compress(copy.raw, blob);
      const base::Status added =
          compressed.ok() ? writer->add(copy.device, copy.next, blob) : compressed;
      if (!added.ok()) {
        work.written = added.error();
        return;
      }
      work.bytes += static_cast<std::int64_t>(blob.bytes.size());
      copy.raw = {};
    }
    work.written = writer->commit();
  });
}

std::vector<LaneSnapshots::Copy> LaneSnapshots::copy_within_budget(std::vector<Device*>& devices) {
  std::vector<Copy> copies;
  const std::int64_t most = context_.budget.left(context_.parts.clock.steady());
  std::int64_t bytes = 0;
  while (copies.size() < devices.size() && bytes < most) {
    const std::size_t first = copies.size();
    const std::size_t count = std::min(kCopyGroup, devices.size() - first);
    copies.resize(first + count);
    context_.pool.run(count, [&](std::size_t i) {
      const Device& device = *devices[first + i];
      Copy& copy = copies[first + i];
      copy.device = device.name;
      copy.next = device.next;
      device.processor->save(copy.raw);
    });
    for (std::size_t i = first; i < copies.size(); ++i) {
      bytes += static_cast<std::int64_t>(copies[i].raw.size());
    }
  }
  devices.resize(copies.size());
  context_.budget.spend(bytes);
  return copies;
}

base::Status LaneSnapshots::advance(std::chrono::nanoseconds now) {
  if (cleaning_ && cleaning_->done()) {
    auto& keys = cleaning_->result().discarded;
    discarded_.insert(discarded_.end(), keys.begin(), keys.end());
    cleaning_.reset();
  }
  if (!writing_ || !writing_->done()) return {};
  auto written = std::move(writing_->result().written);
  bytes_ = writing_->result().bytes;
  writing_.reset();
  return ended(std::move(written), now);
}

base::Status LaneSnapshots::ended(base::Result<checkpoint::SnapshotName> written,
                                  std::chrono::nanoseconds now) {
  const auto devices = static_cast<std::int64_t>(in_flight_.size());
  for (Device* device : in_flight_) device->copy_ended(written.ok());
  in_flight_.clear();
  if (!written.ok()) {
    failed_at_ = now;
    demanded_.error = written.error();
    if (checkpoint::is_unusable(written.error())) stored_are_gone(now);
    return written.error();
  }
  failed_at_.reset();
  whole_ = false;
  devices_.refusals().stored(revision_);
  newest_ = std::move(written).value();
  ++context_.snapshots;
  demanded_.devices += devices;
  demanded_.bytes += bytes_;
  context_.parts.observer.snapshot_taken(
      {.lane = lane_, .devices = devices, .bytes = bytes_, .duration = now - began_});
  return {};
}

void LaneSnapshots::stored_are_gone(std::chrono::nanoseconds now) {
  if (evicts(context_.state) || devices_.residents().empty()) return;
  if (!whole_) failed_at_.reset();
  whole_ = true;
  devices_.forget_stored(now);
}

base::Status LaneSnapshots::write_all(const checkpoint::SnapshotFacts& facts,
                                      std::chrono::nanoseconds now) {
  const auto give_up = [this] { return context_.patience.over(); };
  if (writing_) {
    if (!writing_->wait(give_up)) return out_of_time();
    base::Status written = advance(now);
    if (!written.ok() && !whole_) return written;
  }
  base::Status written = write_dirty(facts, now);
  if (!written.ok() && whole_) written = write_dirty(facts, now);
  return written;
}

base::Status LaneSnapshots::write_dirty(const checkpoint::SnapshotFacts& facts,
                                        std::chrono::nanoseconds now) {
  in_flight_ = devices_.dirty();
  if (in_flight_.empty()) return {};
  if (context_.patience.over()) {
    in_flight_.clear();
    return out_of_time();
  }
  for (Device* device : in_flight_) device->copy();
  began_ = now;
  bytes_ = 0;
  auto written = write(facts, in_flight_);
  return ended(std::move(written), context_.parts.clock.steady());
}

base::Result<checkpoint::SnapshotName> LaneSnapshots::write(const checkpoint::SnapshotFacts& facts,
                                                            std::span<Device* const> devices) {
  const auto writer = store_->begin(complete(facts));
  std::array<checkpoint::CompressedBlob, kGroup> blobs;
  std::array<base::Status, kGroup> results;
  for (std::size_t first = 0; first < devices.size(); first += kGroup) {
    const std::size_t count = std::min(kGroup, devices.size() - first);
    context_.pool.run(count, [&](std::size_t i) {
      thread_local std::string raw;  // kept, since new memory costs more than the copy into it
      raw.clear();
      devices[first + i]->processor->save(raw);
      results[i] = checkpoint::compress(raw, blobs[i]);
    });
    for (std::size_t i = 0; i < count; ++i) {
      CORTADO_TRY(results[i]);
      CORTADO_TRY(writer->add(devices[first + i]->name, devices[first + i]->next, blobs[i]));
      bytes_ += static_cast<std::int64_t>(blobs[i].bytes.size());
    }
  }
  return writer->commit();
}

void LaneSnapshots::named(const checkpoint::SnapshotName& name) {
  if (name.empty() || name.name == named_ || cleaning_) return;
  named_ = name.name;
  cleaning_.emplace(context_.background, Cleaning{},
                    [store = store_, manifest = name.name](Cleaning& cleaning) {
                      cleaning.discarded = store->superseded(manifest);
                    });
}

void LaneSnapshots::give_up_later() {
  if (!newest_.empty()) discarded_ = store_->superseded(newest_.name);
}

base::Status LaneSnapshots::read(const std::vector<Device*>& devices) {
  std::vector<std::string_view> names;
  for (const Device* device : devices) names.push_back(device->name);
  Returning returning(context_.parts.operation, devices_);
  return store_->read(names, returning, [this](std::size_t count, const auto& task) {
    context_.pool.run(count, task);
  });
}

}  // namespace cortado::stream
