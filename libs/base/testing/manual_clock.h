// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "cortado/base/clock.h"

namespace cortado::base::testing {

/// A clock that moves only when told to. Thread-safe.
///
/// kAdvance: sleep_until moves the clock there at once, for tests of one thread. kBlock:
/// sleep_until waits until another thread's advance() reaches it.
class ManualClock final : public Clock {
 public:
  enum class Sleep { kAdvance, kBlock };

  /// 2026-01-01T00:00:00Z.
  static constexpr EpochMillis kDefaultStart = 1'767'225'600'000;

  explicit ManualClock(EpochMillis start_ms = kDefaultStart, Sleep sleep = Sleep::kAdvance)
      : start_ms_(start_ms), sleep_(sleep) {}

  EpochMillis now_ms() override {
    const std::lock_guard lock(mutex_);
    return start_ms_ + std::chrono::duration_cast<std::chrono::milliseconds>(steady_).count();
  }

  std::chrono::nanoseconds steady() override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }

  void sleep_until(std::chrono::nanoseconds steady_time) override {
    std::unique_lock lock(mutex_);
    if (steady_time <= steady_) return;
    if (sleep_ == Sleep::kAdvance) {
      slept_ += steady_time - steady_;
      steady_ = steady_time;
      return;
    }
    ++sleepers_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return steady_ >= steady_time; });
    --sleepers_;
    changed_.notify_all();
  }

  /// Move both times forward and wake whoever slept until then.
  void advance(std::chrono::nanoseconds by) {
    const std::lock_guard lock(mutex_);
    steady_ += by;
    changed_.notify_all();
  }

  /// Wait until at least `count` threads sleep (kBlock).
  void wait_for_sleepers(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sleepers_ >= count; });
  }

  /// The sum of all sleeps so far (kAdvance).
  std::chrono::nanoseconds slept() {
    const std::lock_guard lock(mutex_);
    return slept_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  const EpochMillis start_ms_;
  const Sleep sleep_;
  std::chrono::nanoseconds steady_{0};
  std::chrono::nanoseconds slept_{0};
  int sleepers_ = 0;
};

}  // namespace cortado::base::testing
