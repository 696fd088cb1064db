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
#include "refusals.h"

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
  base::Offset next;               ///< its records below are in its state, and never run again
  bool has_model = false;          ///< as of its last batch; none: never begun, reset or forgotten
  bool claimed = false;            ///< its model is this lane's: its records are run
  bool stored = false;             ///< the newest snapshot has a state of it
  std::optional<Mark> dirty;       ///< the first record that the newest snapshot lacks
  bool copied = false;             ///< a snapshot being written has its state of some moment ago
  std::optional<Mark> dirty_copy;  ///< the first record after that moment
  bool resident = false;           ///< among DeviceTable::residents()
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
  bool has_model = true;
};

/// What is to be done with a new record.
struct Routing {
  enum class Wait {
    kNot,
    kOthers,  ///< until all lanes of the process have told which devices they have
    kStored,  ///< until what was decided is in a durable snapshot
  };
  Device* device = nullptr;                     ///< that runs it
  const base::TopicPartition* owner = nullptr;  ///< that has its device: the record is refused
  Wait wait = Wait::kNot;
};

/// The devices of a lane. One thread at a time; devices never move.
class DeviceTable {
 public:
  DeviceTable(DeviceOwners& owners, const base::TopicPartition& lane)
      : owners_(owners), lane_(lane) {}
  DeviceTable(const DeviceTable&) = delete;
  DeviceTable& operator=(const DeviceTable&) = delete;

  bool knows(std::string_view name) const { return devices_.contains(name); }
  /// Return the device of a record whose outcome is committed, made if new; nullptr if the record
  /// was refused. No other lane is asked: a replay does what was done.
  Device* replayed(std::string_view name, base::Offset offset);
  /// Decide who gets a record without an outcome. `begins`: it may begin a model, and so claims its
  /// device.
  Routing route(std::string_view name, base::Offset offset, bool begins);
  /// A record that comes after one that waits: have it stored together with that one if it is to be
  /// refused.
  void foresee(std::string_view name, base::Offset offset);
  /// Claim the devices that the lane has a model of: all its committed records have been run.
  void claim_all();
  /// The device's batch is committed: without a model it is nobody's.
  void committed(Device& device);
  Refusals& refusals() { return refusals_; }
  const Refusals& refusals() const { return refusals_; }
  /// Take a device as a snapshot has it.
  void add(StoredDevice stored);
  /// A device has taken part in a batch.
  void use(Device& device, std::chrono::nanoseconds now);
  void evict(std::span<Device* const> devices);
  void clear();
  /// No snapshot has the devices in memory any more.
  void forget_stored(std::chrono::nanoseconds now);

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
  Device* find(std::string_view name) const;
  Device& find_or_make(std::string_view name);
  void report(std::string_view name, const base::TopicPartition& owner);

  DeviceOwners& owners_;
  const base::TopicPartition lane_;
  std::unordered_map<std::string, std::unique_ptr<Device>, StringHash, std::equal_to<>> devices_;
  std::vector<Device*> residents_;
  Refusals refusals_;
};

}  // namespace cortado::stream
