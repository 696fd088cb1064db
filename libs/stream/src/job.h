// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "cortado/stream/background.h"

namespace cortado::stream {

/// Something done in the background whose result is a T. The job may outlive whoever started it;
/// then its result is dropped.
template <typename T>
class Job {
 public:
  /// Start `work`, which fills the result.
  Job(Background& background, T input, std::function<void(T&)> work)
      : background_(background), state_(std::make_shared<State>(std::move(input))) {
    background.submit([state = state_, work = std::move(work)] {
      work(state->result);
      state->done.store(true, std::memory_order_release);
    });
  }

  bool done() const { return state_->done.load(std::memory_order_acquire); }
  /// False if it was given up first: then the job goes on.
  bool wait(const std::function<bool()>& give_up) const {
    return background_.wait([this] { return done(); }, give_up);
  }
  /// Precondition: done().
  T& result() { return state_->result; }

 private:
  struct State {
    explicit State(T input) : result(std::move(input)) {}
    T result;
    std::atomic<bool> done{false};
  };

  Background& background_;
  std::shared_ptr<State> state_;
};

}  // namespace cortado::stream
