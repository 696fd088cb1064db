// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/producer_core.h"

namespace cortado::kafka {

void DeliveryTracker::sent() {
  const std::lock_guard lock(mutex_);
  ++outstanding_;
}

void DeliveryTracker::delivered() {
  const std::lock_guard lock(mutex_);
  if (--outstanding_ == 0) idle_.notify_all();
}

void DeliveryTracker::failed(base::Error error) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  if (!first_failure_) first_failure_ = std::move(error);
  if (--outstanding_ == 0) idle_.notify_all();
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

std::int64_t DeliveryTracker::outstanding() const {
  const std::lock_guard lock(mutex_);
  return outstanding_;
}

}  // namespace cortado::kafka
