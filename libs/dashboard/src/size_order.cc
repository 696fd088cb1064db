// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "size_order.h"

namespace cortado::dashboard {

void SizeOrder::put(Device& device, Place& place, std::size_t size) {
  if (place.size == size) return;
  remove(place);
  std::list<Device*>& same = by_size_[size];
  place.position = same.insert(same.end(), &device);
  place.size = size;
}

void SizeOrder::remove(Place& place) {
  if (place.size == 0) return;
  const auto found = by_size_.find(place.size);
  found->second.erase(place.position);
  if (found->second.empty()) by_size_.erase(found);
  place.size = 0;
}

}  // namespace cortado::dashboard
