// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "event_sizes.h"
#include "evidence.h"

namespace cortado::detector {

/// Bounds what a channel claims by how rare its like has been on this device: a channel that spoke
/// up each week is wrong when it says "once in a million". Records close together are one event,
/// which does not count against itself.
class RarityBound {
 public:
  /// A claim may be `rarity` above the rareness of its like; of what lies beyond, the share
  /// `beyond` still counts, so that order is kept. Events are `apart` records apart.
  RarityBound(double rarity, double beyond, std::int64_t apart)
      : rarity_(rarity), beyond_(beyond), events_(apart) {}

  /// Return what remains of a record's claim, then learn the claim. Records count from 1 and never
  /// go back.
  double add(double claim, std::int64_t record);
  std::size_t bytes() const { return events_.bytes(); }

  void save(base::ByteWriter& out) const { events_.save(out); }
  /// Return false if the bytes are not what save() writes.
  bool load(base::ByteReader& in) { return events_.load(in); }

 private:
  double rarity_;
  double beyond_;
  EventSizes events_;
};

/// The bounds of all channels that have one of this kind.
class Rareness {
 public:
  explicit Rareness(const MultiscaleConfig& config)
      : event_(config.event_rarity, config.event_beyond, config.change_apart),
        blocks_(config.block_rarity, 0, config.change_apart),
        level_(config.level_rarity, 0, config.change_apart) {}

  /// Return what remains of a record's claims, then learn them.
  Claims add(Claims claims, std::int64_t record);
  std::size_t bytes() const { return event_.bytes() + blocks_.bytes() + level_.bytes(); }

  void save(base::ByteWriter& out) const;
  bool load(base::ByteReader& in);

 private:
  RarityBound event_;
  RarityBound blocks_;
  RarityBound level_;
};

}  // namespace cortado::detector
