// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace cortado::base {

/// Milliseconds since 1970-01-01T00:00:00Z.
using EpochMillis = std::int64_t;

/// The two times a program needs, injected so that tests own them. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Return the wall clock in milliseconds since the epoch; may jump.
  virtual EpochMillis now_ms() = 0;
  /// Return a time that never goes back; only differences mean something.
  virtual std::chrono::nanoseconds steady() = 0;
  /// Sleep until `steady()` reaches the given time.
  virtual void sleep_until(std::chrono::nanoseconds steady_time) = 0;
};

/// Return the machine's clock; lives as long as the process.
Clock& system_clock();

}  // namespace cortado::base
