// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cortado/htm/spatial_pooler.h"

namespace cortado::htm::testing {

/// The spatial pooler as the pseudo-code has it: one number for each permanence, every column
/// looked at in every step. Slow and plain, to judge the shipped one.
///
/// **Source:** Numenta, "Biological and Machine Intelligence", chapter "Spatial Pooling Algorithm".
class TextbookPooler {
 public:
  /// Begin with the permanences that a new shipped pooler of this base shows.
  explicit TextbookPooler(const std::shared_ptr<const PoolerBase>& base);

  std::vector<std::uint32_t> compute(const Sdr& input, bool learn);
  /// In units; -1 = not in the pool.
  std::int32_t permanence(std::uint32_t column, std::uint32_t input) const {
    return permanences_[column][input];
  }
  /// Return how often a column was raised for a low overlap duty cycle.
  std::int64_t raised() const { return raised_; }

 private:
  void compute_overlaps(const Sdr& input);
  std::vector<std::uint32_t> inhibit() const;
  void adapt(std::uint32_t column, const Sdr& input);
  void update_duty_cycles();
  void raise_weak_columns();

  SpatialPoolerConfig config_;
  std::int32_t connected_;
  std::vector<std::vector<std::int32_t>> permanences_;
  std::vector<std::int64_t> overlaps_;
  std::vector<double> overlap_duty_;
  std::int64_t steps_ = 0;
  std::int64_t raised_ = 0;
};

}  // namespace cortado::htm::testing
