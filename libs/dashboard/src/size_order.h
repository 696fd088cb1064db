// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <map>

namespace cortado::dashboard {

struct Device;

/// Devices by the size of their histories, so that whoever makes room finds the largest without
/// looking at the others. A step costs the logarithm of the number of sizes. Not thread-safe.
class SizeOrder {
 public:
  /// Where a device stands; a part of it.
  struct Place {
    std::size_t size = 0;  ///< 0 = nowhere
    std::list<Device*>::iterator position;
  };

  /// Let `device`, which holds `place`, stand at `size` (at least 1), behind all others of it.
  void put(Device& device, Place& place, std::size_t size);
  void remove(Place& place);
  /// Return the largest that came to its size first; null if there is none.
  Device* largest() const { return by_size_.empty() ? nullptr : by_size_.rbegin()->second.front(); }

 private:
  std::map<std::size_t, std::list<Device*>> by_size_;  ///< no list is empty
};

}  // namespace cortado::dashboard
