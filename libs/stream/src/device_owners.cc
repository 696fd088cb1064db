// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_owners.h"

namespace cortado::stream {

const base::TopicPartition* DeviceOwners::claim(std::string_view device,
                                                const base::TopicPartition& lane) {
  const auto found = owners_.find(device);
  if (found != owners_.end()) return found->second == lane ? nullptr : &found->second;
  const auto other = elsewhere_.find(device);
  if (other != elsewhere_.end() && other->second != lane) return &other->second;
  owners_.emplace(device, lane);
  return nullptr;
}

void DeviceOwners::elsewhere(const base::TopicPartition& lane,
                             const std::vector<std::string>& devices) {
  ours(lane);
  for (const std::string& device : devices) elsewhere_.emplace(device, lane);
}

void DeviceOwners::ours(const base::TopicPartition& lane) {
  std::erase_if(elsewhere_, [&lane](const auto& entry) { return entry.second == lane; });
}

void DeviceOwners::release(const base::TopicPartition& lane) {
  std::erase_if(owners_, [&lane](const auto& entry) { return entry.second == lane; });
}

}  // namespace cortado::stream
