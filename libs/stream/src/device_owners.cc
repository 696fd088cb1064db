// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_owners.h"

namespace cortado::stream {

const base::TopicPartition* DeviceOwners::claim(std::string_view device,
                                                const base::TopicPartition& lane) {
  const base::TopicPartition* const owner = other(device, lane);
  if (owner == nullptr) owners_.emplace(device, lane);
  return owner;
}

const base::TopicPartition* DeviceOwners::other(std::string_view device,
                                                const base::TopicPartition& lane) const {
  const auto found = owners_.find(device);
  if (found != owners_.end()) return found->second == lane ? nullptr : &found->second;
  const auto outside = elsewhere_.find(device);
  return outside != elsewhere_.end() && outside->second != lane ? &outside->second : nullptr;
}

void DeviceOwners::give_up(std::string_view device, const base::TopicPartition& lane) {
  const auto found = owners_.find(device);
  if (found != owners_.end() && found->second == lane) owners_.erase(found);
}

void DeviceOwners::elsewhere(const base::TopicPartition& lane,
                             const std::vector<std::string>& devices) {
  ours(lane);
  for (const std::string& device : devices) elsewhere_.emplace(device, lane);
}

void DeviceOwners::ours(const base::TopicPartition& lane) {
  std::erase_if(elsewhere_, [&lane](const auto& entry) { return entry.second == lane; });
}

void DeviceOwners::told(const base::TopicPartition& lane) {
  awaited_.erase(lane);
  doubting_.erase(lane);
}

void DeviceOwners::doubt(const base::TopicPartition& lane) {
  if (awaited_.erase(lane) > 0) doubting_.insert(lane);
}

void DeviceOwners::release(const base::TopicPartition& lane) {
  std::erase_if(owners_, [&lane](const auto& entry) { return entry.second == lane; });
  told(lane);
}

}  // namespace cortado::stream
