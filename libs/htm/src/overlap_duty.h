// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cortado/base/bytes.h"
#include "pooler_base_data.h"

namespace cortado::htm {

/// How often each column's overlap was above the stimulus threshold: the mean over its first
/// `period` steps, then an exponential average. A column that never missed has exactly 1, so only
/// the others are kept; in practice there are none.
class OverlapDuty {
 public:
  struct Entry {
    std::uint32_t column;
    double duty;
  };

  OverlapDuty(const SpatialPoolerConfig& config, std::uint32_t columns)
      : period_(static_cast<double>(config.duty_cycle_period)),
        min_share_(config.min_overlap_duty_cycle),
        columns_(columns) {}

  /// Take a step; `above` has a bit for each column whose overlap was above the threshold.
  void update(const std::uint64_t* above);
  /// Return the columns that are below the share of the highest duty cycle, ascending.
  std::vector<std::uint32_t> weak_columns() const;

  /// Return the bytes held outside of the object.
  std::size_t bytes() const { return entries_.capacity() * sizeof(Entry); }

  void save(base::ByteWriter& out) const;
  bool restore(base::ByteReader& in);

 private:
  void add_new_misses(const std::uint64_t* above);

  double period_;
  double min_share_;
  std::uint32_t columns_;
  std::uint64_t steps_ = 0;
  std::vector<Entry> entries_;  ///< ascending by column
  double lowest_ = 1.0;         ///< of their duty cycles after the last step
};

}  // namespace cortado::htm
