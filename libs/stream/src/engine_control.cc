// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/engine_control.h"

#include <utility>

namespace cortado::stream {
namespace {

base::Error has_stopped() {
  return {base::ErrorCode::kUnavailable, "the engine has stopped; ask the worker that runs now"};
}

}  // namespace

void EngineControl::ask(ControlRequest request, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      asked_.push_back({request, std::move(done)});
      return;
    }
  }
  done(has_stopped());
}

std::vector<EngineControl::Asked> EngineControl::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(asked_, {});
}

void EngineControl::close() {
  std::vector<Asked> left;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left = std::exchange(asked_, {});
  }
  for (const Asked& asked : left) asked.done(has_stopped());
}

}  // namespace cortado::stream
