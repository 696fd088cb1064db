// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_owners.h"

namespace cortado::stream {

const base::TopicPartition* DeviceOwners::claim(std::string_view device,
                                                const base::TopicPartition& lane) {
  const auto found = owners_.find(device);
  if (found != owners_.end()) return found->second == lane ? nullptr : &found->second;
  owners_.emplace(device, lane);
  return nullptr;
}

void DeviceOwners::release(const base::TopicPartition& lane) {
  std::erase_if(owners_, [&lane](const auto& entry) { return entry.second == lane; });
}

}  // namespace cortado::stream
