// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace cortado::base {

/// Mix 64 bits into 64 bits, a bijection.
///
/// **Source:** the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
constexpr std::uint64_t mix64(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// xoshiro256**: the same numbers from the same seed on every machine.
///
/// **Source:** Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  /// Return a number in [0, bound), unbiased. Precondition: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  /// Return a multiple of 2^-53 in [0, 1).
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  /// The whole state, to save and restore.
  const std::array<std::uint64_t, 4>& state() const { return state_; }
  void set_state(const std::array<std::uint64_t, 4>& state) { state_ = state; }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace cortado::base
