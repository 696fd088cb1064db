// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/clock.h"

#include <thread>

namespace cortado::base {
namespace {

class SystemClock final : public Clock {
 public:
  EpochMillis now_ms() override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }
  std::chrono::nanoseconds steady() override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
  void sleep_until(std::chrono::nanoseconds steady_time) override {
    std::this_thread::sleep_until(std::chrono::steady_clock::time_point(steady_time));
  }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace cortado::base
