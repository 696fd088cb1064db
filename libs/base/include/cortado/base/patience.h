// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>

namespace cortado::base {

/// How long those who wait for others, a broker or a disk, go on waiting. Told by whoever has to be
/// done in time; asked between two looks by whoever waits, who gives up once it is over. By the
/// machine's steady clock, not an injected one: the others live in real time. Thread-safe.
class Patience {
 public:
  /// Let it end so long from now, for good. The first call counts.
  void end_in(std::chrono::milliseconds left);
  /// Let it end so long from now, until restore() is called.
  void hurry(std::chrono::milliseconds left);
  /// Take hurry() back. What end_in() said stays.
  void restore();
  bool over() const;

 private:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

  // Nanoseconds of the steady clock.
  std::atomic<std::int64_t> end_{kNever};
  std::atomic<std::int64_t> hurried_{kNever};
};

/// True if there is one and it is over.
inline bool is_over(const Patience* patience) { return patience != nullptr && patience->over(); }

}  // namespace cortado::base
