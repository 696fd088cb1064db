// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "cortado/base/bytes.h"

namespace cortado::detector {

/// The largest sizes of past events, where large values that follow each other closely are one
/// event: a noisy day counts once, a jump of every morning as often as there were mornings.
///
/// **Source:** declustering by runs, as in Leadbetter, "On a basis for peaks over threshold
/// modeling", 1991.
class EventSizes {
 public:
  /// Two large values belong to one event if they are less than `apart` records apart.
  explicit EventSizes(std::int64_t apart) : apart_(apart) {}

  /// Return how many events were at least so large.
  std::int64_t at_least(double size) const;
  /// Return how rare an event at least so large is after so many records: log10 of how many there
  /// are for each, itself counted. `goes_on`: it belongs to the last event, which is then no other.
  double rareness(double size, std::int64_t records, bool goes_on) const;
  /// Tell whether a large value at a record would belong to the last event.
  bool ongoing(std::int64_t record) const {
    return last_size_ > 0 && record - last_record_ < apart_;
  }
  /// Learn a large value at a record; records never go back.
  void add(double size, std::int64_t record);
  std::size_t bytes() const { return largest_.capacity() * sizeof(double); }

  void save(base::ByteWriter& out) const;
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in);

 private:
  std::int64_t apart_;
  std::vector<double> largest_;  ///< descending
  double last_size_ = 0;         ///< of the last event; 0 before the first
  std::int64_t last_record_ = 0;
};

}  // namespace cortado::detector
