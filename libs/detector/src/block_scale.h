// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "cortado/base/bytes.h"

namespace cortado::detector {

/// Turns each block of values into one that keeps a spike: the block's highest value or its lowest,
/// whichever lies further from a moving mean of the blocks before. Blocks of one value pass as they
/// are.
class BlockScale {
 public:
  /// `memory` is the share of a block's mean that goes into the moving mean.
  BlockScale(std::int64_t block, double memory) : block_(block), memory_(memory) {}

  /// Return a value when a block is complete.
  std::optional<double> add(double value) {
    if (block_ == 1) return value;
    lowest_ = count_ == 0 ? value : std::min(lowest_, value);
    highest_ = count_ == 0 ? value : std::max(highest_, value);
    sum_ = count_ == 0 ? value : sum_ + value;
    if (++count_ < block_) return std::nullopt;
    const double mean = sum_ / static_cast<double>(block_);
    if (!started_) center_ = mean;
    const double result = highest_ - center_ > center_ - lowest_ ? highest_ : lowest_;
    center_ += memory_ * (mean - center_);
    started_ = true;
    count_ = 0;
    return result;
  }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  std::int64_t block_;
  double memory_;
  std::int64_t count_ = 0;
  double lowest_ = 0;
  double highest_ = 0;
  double sum_ = 0;
  double center_ = 0;
  bool started_ = false;
};

}  // namespace cortado::detector
