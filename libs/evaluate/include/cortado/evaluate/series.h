// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/clock.h"

namespace cortado::evaluate {

struct Reading {
  std::optional<base::EpochMillis> time;
  std::optional<double> value;
};

/// Rows that are truly anomalous: `first` to `last`, both included, counted from 0.
struct Window {
  std::size_t first = 0;
  std::size_t last = 0;
  std::string fault = {};  ///< its class, where the labels tell one
};

/// One device's readings with the truth about them. Detectors see the readings, one at a time and
/// in order, and never a window, the length or the range.
struct Series {
  std::string name;   ///< also the device's name: "realTweets/Twitter_volume_KO.csv"
  std::string group;  ///< the folder above it; empty = none
  std::vector<Reading> readings;
  std::vector<Window> windows;  ///< in order, none overlaps another
};

/// Return how many of the first rows are not scored: min(15%, 750), as in NAB.
std::size_t nab_probation(std::size_t rows);

}  // namespace cortado::evaluate
