// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_table.h"

#include <algorithm>

#include "cortado/base/log.h"

namespace cortado::stream {

void Device::ran(const Mark& first, base::Offset last) {
  if (!dirty) dirty = first;
  if (copied && !dirty_copy) dirty_copy = first;
  next = base::Offset(last.get() + 1);
}

void Device::copy_ended(bool durable) {
  if (durable) {
    stored = true;
    dirty = dirty_copy;
  }
  copied = false;
  dirty_copy.reset();
}

Device* DeviceTable::find(std::string_view name) const {
  const auto found = devices_.find(name);
  return found == devices_.end() ? nullptr : found->second.get();
}

Device& DeviceTable::find_or_make(std::string_view name) {
  if (Device* const device = find(name)) return *device;
  auto device = std::make_unique<Device>();
  device->name = name;
  return *devices_.emplace(std::string(name), std::move(device)).first->second;
}

Device* DeviceTable::replayed(std::string_view name, base::Offset offset) {
  return refusals_.covers(name, offset) ? nullptr : &find_or_make(name);
}

Routing DeviceTable::route(std::string_view name, base::Offset offset, bool begins) {
  Device* const known = find(name);
  if (known != nullptr && known->claimed) return {.device = known};
  if (const base::TopicPartition* const owner = owners_.other(name, lane_)) {
    report(name, *owner);
    if (!refusals_.refuse(name, offset)) return {.wait = Routing::Wait::kStored};
    return {.owner = owner};
  }
  if (!owners_.all_told()) return {.wait = Routing::Wait::kOthers};
  if (begins) owners_.claim(name, lane_);
  if (!refusals_.accept(name, offset)) return {.wait = Routing::Wait::kStored};
  Device& device = find_or_make(name);
  device.claimed = begins;
  return {.device = &device};
}

void DeviceTable::foresee(std::string_view name, base::Offset offset) {
  const Device* const known = find(name);
  if (known != nullptr && known->claimed) return;
  if (owners_.other(name, lane_) != nullptr) refusals_.refuse(name, offset);
}

void DeviceTable::claim_all() {
  for (const auto& [name, device] : devices_) {
    device->claimed = false;
    if (!device->has_model || refusals_.refuses(name)) {
      owners_.give_up(name, lane_);
      continue;
    }
    const base::TopicPartition* const owner = owners_.claim(name, lane_);
    device->claimed = owner == nullptr;
    if (owner != nullptr) report(name, *owner);
  }
}

void DeviceTable::committed(Device& device) {
  if (!device.claimed || device.has_model) return;
  device.claimed = false;
  owners_.give_up(device.name, lane_);
}

void DeviceTable::report(std::string_view name, const base::TopicPartition& owner) {
  if (!owners_.report_once(name)) return;
  base::log_warning(
      "stream", "a device is on two partitions; the first keeps its model",
      {{"device", std::string(name)}, {"kept", to_string(owner)}, {"refused", to_string(lane_)}});
}

void DeviceTable::add(StoredDevice stored) {
  Device& device = find_or_make(stored.name);
  device.stored = true;
  device.next = stored.next;
  device.has_model = stored.has_model;
  if (!stored.processor) return;
  device.processor = std::move(stored.processor);
  add_resident(device);
}

void DeviceTable::use(Device& device, std::chrono::nanoseconds now) {
  device.used = now;
  if (device.processor) add_resident(device);
}

void DeviceTable::add_resident(Device& device) {
  if (!device.resident) residents_.push_back(&device);
  device.resident = true;
}

void DeviceTable::evict(std::span<Device* const> devices) {
  for (Device* device : devices) {
    device->processor.reset();
    device->rows = {};
    device->resident = false;
  }
  std::erase_if(residents_, [](const Device* device) { return !device->resident; });
}

void DeviceTable::clear() {
  residents_.clear();
  devices_.clear();
  refusals_.clear();
}

void DeviceTable::forget_stored(std::chrono::nanoseconds now) {
  for (Device* device : residents_) {
    if (!device->dirty) device->dirty = Mark{.offset = device->next, .time = now};
  }
}

std::vector<Device*> DeviceTable::dirty() const {
  std::vector<Device*> result;
  for (Device* device : residents_) {
    if (device->dirty && !device->copied) result.push_back(device);
  }
  std::sort(result.begin(), result.end(), [](const Device* a, const Device* b) {
    if (a->dirty->offset != b->dirty->offset) return a->dirty->offset < b->dirty->offset;
    return a->name < b->name;
  });
  return result;
}

base::Offset DeviceTable::low_water(base::Offset processed, std::span<Device* const> except) const {
  base::Offset result = processed;
  for (const Device* device : residents_) {
    if (!device->dirty || device->dirty->offset >= result) continue;
    if (std::binary_search(except.begin(), except.end(), device)) continue;
    result = device->dirty->offset;
  }
  return result;
}

}  // namespace cortado::stream
