// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/producer_core.h"

namespace cortado::kafka {

void DeliveryTracker::delivered() {
  // One of many needs no lock: only the last one may wake somebody, who may go on at once.
  for (std::int64_t left = outstanding_.load(std::memory_order_relaxed); left > 1;) {
    if (outstanding_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel)) return;
  }
  const std::lock_guard lock(mutex_);
  settle();
}

/// Precondition: the lock is held.
void DeliveryTracker::settle() {
  if (outstanding_.fetch_sub(1, std::memory_order_acq_rel) == 1) idle_.notify_all();
}

void DeliveryTracker::failed(base::Error error) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  if (!first_failure_) first_failure_ = std::move(error);
  settle();
}

bool DeliveryTracker::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, timeout, [this] { return outstanding_ == 0; });
}

std::optional<base::Error> DeliveryTracker::take_failure() {
  const std::lock_guard lock(mutex_);
  if (!first_failure_) return std::nullopt;
  const base::Error error =
      first_failure_->with_context(std::to_string(failures_) + " records were not delivered");
  first_failure_.reset();
  failures_ = 0;
  return error;
}

}  // namespace cortado::kafka
