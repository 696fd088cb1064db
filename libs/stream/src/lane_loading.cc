// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "lane_loading.h"

#include <mutex>
#include <string>

#include "cortado/base/log.h"

namespace cortado::stream {
namespace {

/// Takes a snapshot's devices; or, where `keep` is false, proves them and takes the names alone.
class Collector final : public checkpoint::BlobReceiver {
 public:
  Collector(const Operator& operation, bool keep, std::vector<StoredDevice>& devices)
      : operation_(operation), keep_(keep), devices_(devices) {}

  void restart() override { devices_.clear(); }

  base::Status blob(std::string_view name, base::Offset next, std::string_view bytes) override {
    auto processor = operation_.load(name, bytes);
    if (!processor.ok()) return processor.error().with_context("device " + std::string(name));
    const bool has_model = (*processor)->has_model();
    const std::lock_guard lock(mutex_);
    devices_.push_back({.name = std::string(name),
                        .next = next,
                        .processor = keep_ ? std::move(processor).value() : nullptr,
                        .has_model = has_model});
    return {};
  }

  void name(std::string_view name, base::Offset next, bool empty) override {
    devices_.push_back(
        {.name = std::string(name), .next = next, .processor = nullptr, .has_model = !empty});
  }

 private:
  const Operator& operation_;
  const bool keep_;
  std::mutex mutex_;
  std::vector<StoredDevice>& devices_;
};

/// Write a snapshot without devices: what a lane goes back to if its first real one rots.
base::Result<std::optional<checkpoint::Loaded>> begin_state(const LoadingOrder& order,
                                                            checkpoint::SnapshotStore& store) {
  const checkpoint::SnapshotFacts facts{
      .next_offset = order.committed, .low_water = order.committed, .skipped = {}};
  CORTADO_ASSIGN(checkpoint::SnapshotName name, store.begin(facts)->commit());
  return std::optional(checkpoint::Loaded{.name = std::move(name),
                                          .facts = facts,
                                          .algorithm_version = order.identity.algorithm_version,
                                          .settings_hash = order.identity.settings_hash});
}

/// A journal that cannot be read keeps no lane from running.
std::map<base::Offset, int> read_deaths(CrashJournal& crashes, const base::TopicPartition& lane) {
  auto deaths = crashes.deaths(lane);
  if (deaths.ok()) return std::move(deaths).value();
  base::log_warning("stream", "the crash journal cannot be read: " + deaths.error().message(),
                    {{"lane", to_string(lane)}});
  return {};
}

/// Who has which device. Lanes whose snapshots cannot be read are passed over: their owners will
/// say what is wrong.
void read_devices(const LoadingOrder& order, Loading& loading) {
  for (const base::TopicPartition& other : order.others) {
    auto devices = order.stores.devices(other);
    if (devices.ok() && !devices->empty()) loading.others[other] = std::move(devices).value();
  }
  if (loading.others.empty()) return;
  auto own = order.stores.devices(order.identity.lane);
  if (own.ok()) loading.own = std::move(own).value();
}

}  // namespace

void load_lane(const LoadingOrder& order, Loading& loading) {
  if (order.crashes != nullptr) loading.deaths = read_deaths(*order.crashes, order.identity.lane);
  auto store = order.stores.open(order.identity, order.writer);
  if (!store.ok()) {
    loading.loaded = store.error();
    return;
  }
  loading.store = std::move(store).value();
  Collector collector(order.operation, order.keep, loading.devices);
  loading.loaded = loading.store->load(order.request, collector, checkpoint::run_in_order);
  if (loading.loaded.ok()) read_devices(order, loading);
  if (order.begins && loading.loaded.ok() && loading.devices.empty()) {
    loading.loaded = begin_state(order, *loading.store);
  }
}

}  // namespace cortado::stream
