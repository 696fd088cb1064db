// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "stop_signals.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>

namespace cortado::app {
namespace {

// The signal by which the destructor wakes the waiting thread.
constexpr int kWake = SIGUSR2;

constexpr std::chrono::seconds kSameRequest{1};

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, kWake);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  waiter_ = std::thread([this, set] {
    int signal = 0;
    auto first = std::chrono::steady_clock::time_point::max();
    while (sigwait(&set, &signal) == 0 && signal != kWake) {
      const auto now = std::chrono::steady_clock::now();
      if (first < now - kSameRequest) std::_Exit(128 + signal);
      first = std::min(first, now);
      stop_.request_stop();
    }
  });
}

StopSignals::~StopSignals() {
  pthread_kill(waiter_.native_handle(), kWake);
  waiter_.join();
}

}  // namespace cortado::app
