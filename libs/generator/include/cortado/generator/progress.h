// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cortado/base/clock.h"

namespace cortado::generator {

/// How far a run over an input is.
struct Progress {
  std::int64_t records = 0;
  std::int64_t rejected = 0;
  std::int64_t done = 0;   ///< of the input, in any unit
  std::int64_t total = 0;  ///< of the input; 0 = unknown
  double records_per_s = 0;
  std::optional<std::chrono::seconds> left = {};  ///< none = unknown or endless
  bool finished = false;
};

using ProgressCallback = std::function<void(const Progress&)>;

/// Makes Progress from counts: the rate over about the last five seconds, the time left from the
/// share of the input done so far. Used by generate(); `replay` counts its own.
class ProgressMeter {
 public:
  explicit ProgressMeter(base::Clock& clock);

  /// True about ten times a second: then measure().
  bool due();
  Progress measure(std::int64_t records, std::int64_t rejected, std::int64_t done,
                   std::int64_t total);

 private:
  base::Clock* clock_;
  std::chrono::nanoseconds start_;
  std::chrono::nanoseconds last_;
  std::int64_t last_records_ = 0;
  double rate_ = 0;
};

/// Draws one line that is overwritten in place. Nothing is written unless `is_terminal`.
class ProgressBar {
 public:
  using Write = std::function<void(std::string_view)>;

  /// `write` gets the bytes for the terminal (standard error).
  ProgressBar(Write write, bool is_terminal, int columns = 80);

  void draw(const Progress& progress);

  /// Return the line as drawn, at most `columns` wide:
  /// "[=======>      ]  47%  12,345 records  500/s  1m 20s left".
  static std::string line(const Progress& progress, int columns);

 private:
  Write write_;
  bool is_terminal_;
  int columns_;
};

}  // namespace cortado::generator
