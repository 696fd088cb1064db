// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <thread>

namespace cortado::app {

/// Turns SIGINT and SIGTERM into a stop request. Made before any other thread, so that all inherit
/// the blocked signals. A second signal ends the process at once, but for one that comes within a
/// second: a terminal or a wrapper sends the same one to a process and to its group.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  void request_stop() { stop_.request_stop(); }

 private:
  std::stop_source stop_;
  std::thread waiter_;
};

}  // namespace cortado::app
