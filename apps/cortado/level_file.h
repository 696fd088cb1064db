// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "cortado/base/file_system.h"
#include "cortado/base/log.h"

namespace cortado::app {

/// Lets the log follow log.level_file as long as it lives: looks at it every second.
class LevelFile {
 public:
  enum class Start { kAtOnce, kByHand };

  /// Does nothing if the configuration names no file. With kByHand only look() looks.
  explicit LevelFile(base::LogConfig config, base::FileSystem& files = base::posix_file_system(),
                     Start start = Start::kAtOnce);
  ~LevelFile();
  LevelFile(const LevelFile&) = delete;
  LevelFile& operator=(const LevelFile&) = delete;

  /// Look once. A file that is gone gives the configured levels back; one with a mistake leaves
  /// them as they are, with a warning.
  void look();

 private:
  void run(const std::stop_token& stop);

  const base::LogConfig config_;
  base::FileSystem& files_;
  std::string text_;  ///< as last read; empty = no file
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace cortado::app
