// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/base/random.h"

namespace cortado::htm {

/// SplitMix64: one word of state, so that a model stores and draws cheaply.
///
/// **Source:** Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
class Draws {
 public:
  explicit Draws(std::uint64_t state) : state_(state) {}

  /// Return a number in [0, bound) by multiplication of the upper 32 bits; the bias is below 2^-16
  /// for bounds below 2^16. Precondition: bound > 0.
  std::uint32_t below(std::uint32_t bound) {
    const std::uint64_t value = base::mix64(state_);
    state_ += 0x9e3779b97f4a7c15U;
    return static_cast<std::uint32_t>(((value >> 32) * bound) >> 32);
  }
  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

}  // namespace cortado::htm
