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

Device* DeviceTable::device(std::string_view name, const base::TopicPartition*& owner) {
  const auto found = devices_.find(name);
  if (found != devices_.end()) return found->second.get();
  owner = owners_.claim(name, lane_);
  if (owner != nullptr) {
    if (owners_.report_once(name)) {
      base::log_warning("stream", "a device is on two partitions; the first keeps its model",
                        {{"device", std::string(name)},
                         {"kept", to_string(*owner)},
                         {"refused", to_string(lane_)}});
    }
    return nullptr;
  }
  auto device = std::make_unique<Device>();
  device->name = name;
  return devices_.emplace(std::string(name), std::move(device)).first->second.get();
}

void DeviceTable::add(StoredDevice stored) {
  const base::TopicPartition* owner = nullptr;
  Device* const found = device(stored.name, owner);
  // Another partition keeps the device; its blob stays in this lane's snapshots.
  if (found == nullptr) return;
  found->stored = true;
  found->next = stored.next;
  if (!stored.processor) return;
  found->processor = std::move(stored.processor);
  add_resident(*found);
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
  owners_.release(lane_);
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
