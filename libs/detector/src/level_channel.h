// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "tail_surprise.h"

namespace cortado::detector {

/// How improbable the last move of the mean is: the mean of the last values against that of as many
/// before them, by the tail of all such moves. Sees shifts and drifts that no single value shows.
class LevelChannel {
 public:
  explicit LevelChannel(const MultiscaleConfig& config)
      : window_(static_cast<std::size_t>(config.level_window)),
        values_(window_ * 2, 0.0),
        moves_(TailRules(config)) {}

  /// Return the evidence, 0 to kHighestSurprise, then learn the value.
  double add(double value);
  std::size_t bytes() const { return values_.capacity() * sizeof(double) + moves_.bytes(); }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  double move() const;

  std::size_t window_;
  std::vector<double> values_;  ///< a ring
  std::int64_t count_ = 0;
  TwoTails moves_;
};

}  // namespace cortado::detector
