// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "board.h"
#include "cortado/dashboard/dashboard.h"

namespace cortado::dashboard {

/// Keeps the timeline in a file, so that a later process shows it too. Writes on a thread of its
/// own: a slow disk delays no page.
class HistoryKeeper {
 public:
  /// The board outlives it.
  HistoryKeeper(Board& board, HistoryStore store) : board_(board), store_(std::move(store)) {}
  ~HistoryKeeper() { stop(); }

  /// Show what the file holds, then write it every ten seconds in which a batch ended. What cannot
  /// be read is logged, no more.
  void start();
  /// Write once more and end.
  void stop();

 private:
  void load();
  void run(const std::stop_token& stop);
  void save();
  std::string path() const { return store_.folder + "/batches.history"; }

  Board& board_;
  const HistoryStore store_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::size_t saved_ = 0;  ///< batches of the sum when it was last written
  bool failed_ = false;
  std::jthread thread_;
};

}  // namespace cortado::dashboard
