// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>

#include "cortado/base/clock.h"

namespace cortado::stream::testing {

/// Time that moves only when told. Thread-safe.
class ManualClock final : public base::Clock {
 public:
  base::EpochMillis now_ms() override {
    return 1'600'000'000'000 +
           std::chrono::duration_cast<std::chrono::milliseconds>(steady()).count();
  }
  std::chrono::nanoseconds steady() override { return std::chrono::nanoseconds(time_.load()); }
  void sleep_until(std::chrono::nanoseconds steady_time) override {
    if (steady_time > steady()) time_ = steady_time.count();
  }
  void advance(std::chrono::nanoseconds time) { time_ += time.count(); }

 private:
  std::atomic<std::int64_t> time_{1'000'000'000};
};

}  // namespace cortado::stream::testing
