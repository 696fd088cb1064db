// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "cortado/base/bytes.h"

namespace cortado::detector {

/// Makes one event one alarm: an alarm passes only if the last one that passed is long enough ago.
class Incidents {
 public:
  explicit Incidents(std::int64_t refractory) : refractory_(refractory) {}

  /// Count a record and return whether its alarm passes; a certain one always does.
  bool add(bool alarm, bool certain) {
    const bool passes = certain || (alarm && since_ >= refractory_);
    since_ = passes ? 0 : since_ + 1;
    return passes;
  }

  void save(base::ByteWriter& out) const { out.i64(since_); }
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in) {
    since_ = in.i64();
    return in.ok() && since_ >= 0 && since_ <= kLongAgo * 2;
  }

 private:
  static constexpr std::int64_t kLongAgo = std::int64_t{1} << 61;

  std::int64_t refractory_;
  std::int64_t since_ = kLongAgo;  ///< records since the last alarm that passed
};

}  // namespace cortado::detector
