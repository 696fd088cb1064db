// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "board.h"
#include "inbox.h"
#include "metrics.h"

namespace cortado::dashboard {

/// Takes what was published to the board and the metrics. One thread.
class BoardFiller {
 public:
  /// Both outlive it.
  BoardFiller(Board& board, Metrics& metrics) : board_(board), metrics_(metrics) {}

  /// Show everything, and count the devices' states once a second.
  void fill(const Inbox::Contents& contents);
  /// Take what outlives the process, the history of batches. What the page and the metrics would
  /// show is passed over: with very many devices it would hold up the end.
  void fill_history(const Inbox::Contents& contents);

 private:
  void add_rows(const Inbox::Contents& contents);
  void add_batches(const Inbox::Contents& contents);
  void add_engine(const Inbox::Contents& contents);
  void count_devices();

  Board& board_;
  Metrics& metrics_;
  std::chrono::nanoseconds next_count_{0};
};

}  // namespace cortado::dashboard
