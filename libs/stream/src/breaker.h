// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/outcome.h"

namespace cortado::stream {

/// Watches how many of a lane's last records could not be read or measured: where most of them are
/// bad, the topic's schema has changed, and a dead-letter topic full of good records helps nobody.
/// Pure.
class Breaker {
 public:
  /// Trip where more than `most` (0 to 1; 1 = never) of the last `window` records are bad. From a
  /// start on, before it is full, a tenth of it, but at least 20 records, is enough: a supervisor
  /// that starts a lane again and again must not let a window through each time. Then a batch
  /// counts as a whole, since its first records may be the last of a former format.
  Breaker(double most, std::int64_t window);

  /// Count outcomes in offset order. Returns what to say if it trips: then none of them may be
  /// written.
  std::optional<base::Error> look(std::span<const base::Outcome> outcomes);

 private:
  bool too_many() const;
  base::Error tripped(std::string_view last) const;

  const double most_;
  const std::size_t least_;  ///< records that say something
  std::vector<bool> bad_;    ///< a ring over the last records; empty = never trips
  std::size_t at_ = 0;
  std::size_t seen_ = 0;   ///< up to the ring's size
  std::size_t count_ = 0;  ///< bad ones in the ring
};

}  // namespace cortado::stream
