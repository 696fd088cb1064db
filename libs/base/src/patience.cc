// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/patience.h"

#include <algorithm>

#include "cortado/base/clock.h"

namespace cortado::base {
namespace {

std::int64_t now() { return system_clock().steady().count(); }

std::int64_t after(std::chrono::milliseconds left) {
  return now() + std::chrono::nanoseconds(left).count();
}

}  // namespace

void Patience::end_in(std::chrono::milliseconds left) {
  std::int64_t never = kNever;
  end_.compare_exchange_strong(never, after(left));
}

void Patience::hurry(std::chrono::milliseconds left) { hurried_ = after(left); }

void Patience::restore() { hurried_ = kNever; }

bool Patience::over() const {
  const std::int64_t end = std::min(end_.load(), hurried_.load());
  return end != kNever && now() >= end;
}

}  // namespace cortado::base
