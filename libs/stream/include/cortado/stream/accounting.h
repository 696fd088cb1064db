// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace cortado::stream {

/// One batch of a lane, or of a tick (rows summed, delays the maximum over its lanes), with Spark's
/// names and meaning.
struct BatchReport {
  std::int64_t batch = 0;  ///< the tick's number since the start, from 1
  std::int64_t input_rows = 0;
  std::int64_t enriched = 0;
  std::int64_t dead_letters = 0;
  std::int64_t ignored = 0;
  std::int64_t alarms = 0;
  std::int64_t invalid = 0;
  std::chrono::nanoseconds scheduling_delay{0};  ///< from the planned start to the real one
  std::chrono::nanoseconds processing_time{0};   ///< from the real start to the commit
  std::chrono::nanoseconds total_delay{0};       ///< the sum of both
  bool overrun = false;                          ///< the processing time exceeded the interval
  // The stages of the processing time.
  std::chrono::nanoseconds poll{0};
  std::chrono::nanoseconds score{0};
  std::chrono::nanoseconds produce{0};
  std::chrono::nanoseconds commit{0};
  std::chrono::nanoseconds snapshot{0};
};

}  // namespace cortado::stream
