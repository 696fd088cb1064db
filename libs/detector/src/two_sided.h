// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "cortado/base/bytes.h"

namespace cortado::detector {

/// The tails on both sides of a distribution, each of which learns every value in its own
/// direction.
template <typename Tail>
class TwoSided {
 public:
  explicit TwoSided(const Tail& tail) : upper_(tail), lower_(tail) {}

  void add(double value) {
    upper_.add(value);
    lower_.add(-value);
  }
  std::size_t bytes() const { return upper_.bytes() + lower_.bytes(); }

  void save(base::ByteWriter& out) const {
    upper_.save(out);
    lower_.save(out);
  }
  bool load(base::ByteReader& in) { return upper_.load(in) && lower_.load(in); }

 protected:
  const Tail& upper() const { return upper_; }
  const Tail& lower() const { return lower_; }

 private:
  Tail upper_;
  Tail lower_;
};

}  // namespace cortado::detector
