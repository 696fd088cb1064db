// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "block_scale.h"

#include <cmath>

namespace cortado::detector {

void BlockScale::save(base::ByteWriter& out) const {
  if (block_ == 1) return;
  out.u8(started_ ? 1 : 0);
  out.f64(center_);
  out.varint(static_cast<std::uint64_t>(count_));
  out.f64(lowest_);
  out.f64(highest_);
  out.f64(sum_);
}

bool BlockScale::load(base::ByteReader& in) {
  if (block_ == 1) return true;
  const std::uint8_t started = in.u8();
  started_ = started == 1;
  center_ = in.f64();
  const std::uint64_t count = in.varint();
  count_ = static_cast<std::int64_t>(count);
  lowest_ = in.f64();
  highest_ = in.f64();
  sum_ = in.f64();
  return in.ok() && started <= 1 && count < static_cast<std::uint64_t>(block_) &&
         std::isfinite(center_) && std::isfinite(lowest_) && std::isfinite(highest_) &&
         std::isfinite(sum_);
}

}  // namespace cortado::detector
