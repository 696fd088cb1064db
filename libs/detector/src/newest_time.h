// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "cortado/base/bytes.h"
#include "cortado/base/clock.h"

namespace cortado::detector {

/// The newest event time of a device's valid observations, and its place in the blob: a flag and
/// the time, 0 where there is none. No score depends on it.
class NewestTime {
 public:
  const std::optional<base::EpochMillis>& get() const { return time_; }

  void note(std::optional<base::EpochMillis> time) {
    if (time) time_ = std::max(time_.value_or(*time), *time);
  }

  void save(base::ByteWriter& out) const {
    out.u8(time_ ? 1 : 0);
    out.i64(time_.value_or(0));
  }

  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in) {
    const std::uint8_t present = in.u8();
    const base::EpochMillis time = in.i64();
    if (!in.ok() || present > 1 || (present == 0 && time != 0)) return false;
    time_ = present == 1 ? std::optional(time) : std::nullopt;
    return true;
  }

 private:
  std::optional<base::EpochMillis> time_;
};

}  // namespace cortado::detector
