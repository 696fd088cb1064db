// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/ids.h"
#include "cortado/stream/operator.h"
#include "device_owners.h"

namespace cortado::stream {

/// Since when something holds: a record and a moment.
struct Mark {
  base::Offset offset;
  std::chrono::nanoseconds time{0};
};

/// One device of a lane.
struct Device {
  std::string name;
  std::unique_ptr<DeviceProcessor> processor;  ///< none before its first batch and while evicted
  base::Offset next;                 ///< its records below are in its state, and never run again
  bool stored = false;               ///< the newest snapshot has a state of it
  std::optional<Mark> dirty;         ///< the first record that the newest snapshot lacks
  bool copied = false;               ///< a snapshot being written has its state of some moment ago
  std::optional<Mark> dirty_copy;    ///< the first record after that moment
  bool resident = false;             ///< among DeviceTable::residents()
  std::chrono::nanoseconds used{0};  ///< when its last batch began
  std::vector<std::uint32_t> rows;   ///< of the batch being processed
  std::optional<base::Error> error;  ///< why there is no processor

  bool evicted() const { return stored && !processor; }
  /// Records up to `last` were run, the first of them being `first`.
  void ran(const Mark& first, base::Offset last);
  /// Its state is copied into a snapshot that is being written.
  void copy() { copied = true; }
  /// That snapshot became durable, or failed.
  void copy_ended(bool durable);
};

/// A device out of a snapshot.
struct StoredDevice {
  std::string name;
  base::Offset next;
  std::unique_ptr<DeviceProcessor> processor;  ///< none: it stays out of memory
};

/// The devices of a lane. One thread at a time; devices never move.
class DeviceTable {
 public:
  DeviceTable(DeviceOwners& owners, const base::TopicPartition& lane)
      : owners_(owners), lane_(lane) {}
  ~DeviceTable() { clear(); }
  DeviceTable(const DeviceTable&) = delete;
  DeviceTable& operator=(const DeviceTable&) = delete;

  /// Return the device, made if new; or nullptr and the lane that has it in `owner`.
  Device* device(std::string_view name, const base::TopicPartition*& owner);
  bool knows(std::string_view name) const { return devices_.contains(name); }
  /// Take a device as a snapshot has it; ignored if another lane has it, or has it in memory
  /// already.
  void add(StoredDevice stored);
  /// A device has taken part in a batch.
  void use(Device& device, std::chrono::nanoseconds now);
  void evict(std::span<Device* const> devices);
  void clear();

  std::size_t size() const { return devices_.size(); }
  /// The devices in memory.
  const std::vector<Device*>& residents() const { return residents_; }
  /// Those of them that the newest snapshot lacks in part and none being written holds, those first
  /// whose first such record is oldest.
  std::vector<Device*> dirty() const;
  /// The lowest offset that is in no stored state, given that all below `processed` was run;
  /// without counting `except`, which is sorted.
  base::Offset low_water(base::Offset processed, std::span<Device* const> except = {}) const;

 private:
  void add_resident(Device& device);

  DeviceOwners& owners_;
  const base::TopicPartition lane_;
  std::unordered_map<std::string, std::unique_ptr<Device>, StringHash, std::equal_to<>> devices_;
  std::vector<Device*> residents_;
};

}  // namespace cortado::stream
