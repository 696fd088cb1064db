// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>

namespace cortado::app {

/// Return a number that no other owner of a lane has, for the names of what it writes.
inline std::uint64_t new_owner_number() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace cortado::app
