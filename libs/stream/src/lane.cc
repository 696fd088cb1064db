// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane.h"

#include <algorithm>
#include <array>
#include <mutex>
#include <random>

#include "cortado/base/log.h"
#include "cortado/checkpoint/directory_store.h"
#include "lane_start.h"

namespace cortado::stream {
namespace {

/// Devices compressed between two writes: bounds the memory that a snapshot takes.
constexpr std::size_t kSnapshotGroup = 64;

}  // namespace

/// Takes a snapshot's blobs into the lane; or, where `keep` is false, proves them and takes the
/// names alone.
class Lane::Loader final : public checkpoint::BlobReceiver {
 public:
  Loader(Lane& lane, bool keep) : lane_(lane), keep_(keep) {}

  void restart() override {
    lane_.residents_.clear();
    lane_.devices_.clear();
    lane_.context_.owners.release(lane_.partition_);
  }

  /// Devices are read beside each other; only their entry in the lane is made one by one.
  base::Status blob(std::string_view name, base::Offset, std::string_view bytes) override {
    auto processor = lane_.context_.parts.operation.load(name, bytes);
    if (!processor.ok()) return processor.error().with_context("device " + std::string(name));
    const std::lock_guard lock(mutex_);
    Device* const device = add(name);
    if (device == nullptr || !keep_) return {};
    device->processor = std::move(processor).value();
    lane_.add_resident(*device);
    return {};
  }

  void name(std::string_view name, base::Offset) override { add(name); }

 private:
  /// Nullptr: another partition keeps the device; its blob stays in this lane's snapshots.
  Device* add(std::string_view name) {
    const base::TopicPartition* owner = nullptr;
    Device* const device = lane_.device(name, owner);
    if (device != nullptr) device->stored = true;
    return device;
  }

  std::mutex mutex_;
  Lane& lane_;
  const bool keep_;
};

base::Result<std::unique_ptr<Lane>> Lane::open(LaneContext& context,
                                               const base::TopicPartition& partition, Trust trust) {
  std::unique_ptr<Lane> lane(new Lane(context, partition));
  CORTADO_TRY(lane->start(trust));
  return lane;
}

Lane::~Lane() { context_.owners.release(partition_); }

std::string Lane::folder() const { return checkpoint::lane_folder(context_.state.dir, partition_); }

base::Status Lane::start(Trust trust) {
  CORTADO_ASSIGN(log_, context_.parts.logs.create(partition_));
  CORTADO_ASSIGN(const LanePosition position, log_->open());
  LaneFacts facts{.lane = partition_,
                  .keeps_state = !context_.state.dir.empty(),
                  .snapshot = {},
                  .committed = position.next_offset,
                  .watermarks = {},
                  .folder = folder()};
  if (facts.keeps_state) CORTADO_TRY(open_store(trust, facts.snapshot));
  CORTADO_ASSIGN(facts.watermarks, context_.parts.source.watermarks(partition_));
  CORTADO_ASSIGN(const LaneStart begin, decide_start(facts));
  if (begin.lost_records > 0) {
    base::log_error(
        "stream", "the log deleted records before they were read",
        {{"lane", to_string(partition_)}, {"records", std::to_string(begin.lost_records)}});
  }
  expected_ = processed_ = begin.offset;
  saved_ = facts.snapshot.value_or(begin.offset);
  // An empty first snapshot tells a lane that never ran from one whose state is gone.
  if (store_ && !facts.snapshot) {
    CORTADO_TRY(
        store_->begin({.next_offset = begin.offset, .low_water = begin.offset, .skipped = {}})
            ->commit());
  }
  CORTADO_TRY(context_.parts.source.seek(partition_, begin.offset));
  base::log_info("stream", "lane runs",
                 {{"lane", to_string(partition_)},
                  {"offset", std::to_string(begin.offset.get())},
                  {"devices", std::to_string(devices_.size())}});
  return {};
}

base::Status Lane::open_store(Trust trust, std::optional<base::Offset>& snapshot) {
  checkpoint::LaneIdentity identity;
  identity.lane = partition_;
  CORTADO_ASSIGN(identity.partition_count, context_.parts.source.partition_count());
  identity.cluster_id = context_.parts.cluster_id;
  identity.model_hash = context_.parts.operation.model_hash();
  CORTADO_ASSIGN(store_, checkpoint::DirectoryStores(context_.parts.files, context_.state.dir)
                             .open(identity, std::random_device()()));
  const bool lazy = evicts(context_.state);
  const auto scope = lazy && trust == Trust::kUsual ? checkpoint::LoadScope::kNames
                                                    : checkpoint::LoadScope::kBlobs;
  Loader loader(*this, !lazy);
  CORTADO_ASSIGN(const auto loaded, store_->load({.scope = scope}, loader, runner()));
  if (loaded) snapshot = loaded->facts.next_offset;
  return {};
}

checkpoint::TaskRunner Lane::runner() const {
  return [this](std::size_t count, const std::function<void(std::size_t)>& task) {
    context_.pool.run(count, task);
  };
}

base::Status Lane::load(const std::vector<Device*>& devices) {
  std::vector<std::string_view> names;
  for (const Device* device : devices) names.push_back(device->name);
  Loader loader(*this, true);
  CORTADO_TRY(judge(store_->read(names, loader, runner())));
  context_.loads += static_cast<std::int64_t>(devices.size());
  return {};
}

void Lane::use(Device& device, std::chrono::nanoseconds now) {
  device.used = now;
  if (device.processor) add_resident(device);
}

void Lane::add_resident(Device& device) {
  if (!device.resident) residents_.push_back(&device);
  device.resident = true;
}

void Lane::evict(std::span<Device* const> devices) {
  for (Device* device : devices) {
    device->processor.reset();
    device->rows = {};
    device->resident = false;
  }
  std::erase_if(residents_, [](const Device* device) { return !device->resident; });
  context_.evictions += static_cast<std::int64_t>(devices.size());
}

base::Status Lane::judge(base::Status status) {
  if (status.ok() || !evicts(context_.state) || !checkpoint::is_unusable(status.error())) {
    return status;
  }
  damaged_ = tainted_ = true;
  return status;
}

void Lane::receive(const base::RawRecord& record) {
  if (record.offset < expected_) return;
  buffer_.add(record, partition_.topic);
  expected_ = base::Offset(record.offset.get() + 1);
}

Device* Lane::device(std::string_view name, const base::TopicPartition*& owner) {
  const auto found = devices_.find(name);
  if (found != devices_.end()) return found->second.get();
  owner = context_.owners.claim(name, partition_);
  if (owner != nullptr) {
    if (context_.owners.report_once(name)) {
      base::log_warning("stream", "a device is on two partitions; the first keeps its model",
                        {{"device", std::string(name)},
                         {"kept", to_string(*owner)},
                         {"refused", to_string(partition_)}});
    }
    return nullptr;
  }
  auto device = std::make_unique<Device>();
  device->name = name;
  return devices_.emplace(std::string(name), std::move(device)).first->second.get();
}

std::string Lane::pointer() const {
  if (!store_) return {};
  return "v1;m=" + store_->current().name + ";lw=" + std::to_string(saved_.get());
}

void Lane::batch_committed(std::chrono::nanoseconds now) {
  processed_ = expected_;
  buffer_.clear();
  if (!changed_since_) changed_since_ = now;
}

bool Lane::snapshot_due(std::chrono::nanoseconds now) const {
  return store_ && !tainted_ && changed_since_ &&
         now - *changed_since_ >= context_.state.checkpoint_interval;
}

base::Status Lane::snapshot(std::chrono::nanoseconds now) {
  if (!store_ || tainted_ || processed_ == saved_) return {};
  // After a failure the next attempt waits for its time again.
  changed_since_ = failed_at_ = now;
  CORTADO_TRY(judge(write_snapshot()));
  saved_ = processed_;
  changed_since_.reset();
  failed_at_.reset();
  return {};
}

bool Lane::can_snapshot(std::chrono::nanoseconds now) const {
  const auto pause = std::max<std::chrono::nanoseconds>(context_.state.checkpoint_interval,
                                                        std::chrono::nanoseconds{1});
  return store_ && !tainted_ && (!failed_at_ || now - *failed_at_ >= pause);
}

base::Status Lane::write_snapshot() {
  const std::vector<Device*> devices = dirty_devices();
  const auto writer =
      store_->begin({.next_offset = processed_, .low_water = processed_, .skipped = {}});
  CORTADO_TRY(write(*writer, devices));
  CORTADO_ASSIGN(const checkpoint::SnapshotName written, writer->commit());
  store_->superseded(written.name);
  for (Device* device : devices) {
    device->dirty = false;
    device->stored = true;
  }
  return {};
}

std::vector<Device*> Lane::dirty_devices() {
  std::vector<Device*> devices;
  for (Device* device : residents_) {
    if (device->dirty) devices.push_back(device);
  }
  std::sort(devices.begin(), devices.end(),
            [](const Device* a, const Device* b) { return a->name < b->name; });
  return devices;
}

base::Status Lane::write(checkpoint::SnapshotWriter& writer, const std::vector<Device*>& devices) {
  std::array<checkpoint::CompressedBlob, kSnapshotGroup> blobs;
  std::array<base::Status, kSnapshotGroup> results;
  for (std::size_t first = 0; first < devices.size(); first += kSnapshotGroup) {
    const std::size_t count = std::min(kSnapshotGroup, devices.size() - first);
    context_.pool.run(count, [&](std::size_t i) {
      thread_local std::string raw;  // kept, since new memory costs more than the copy into it
      raw.clear();
      devices[first + i]->processor->save(raw);
      results[i] = checkpoint::compress(raw, blobs[i]);
    });
    for (std::size_t i = 0; i < count; ++i) {
      CORTADO_TRY(results[i]);
      CORTADO_TRY(writer.add(devices[first + i]->name, processed_, blobs[i]));
    }
  }
  return {};
}

}  // namespace cortado::stream
