// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cortado/base/bytes.h"
#include "cortado/base/column_activity.h"
#include "cortado/detector/multiscale_config.h"
#include "cortado/htm/transition_memory.h"
#include "running_moments.h"

namespace cortado::detector {

/// One resolution's memories on a ladder of ranges: the scored one at the present level and, while
/// the next level is near, one that learns the same values twice as coarsely until the level rises
/// to it.
class LadderMemory {
 public:
  /// `resolution` is the width of a bucket at level 0; a level doubles it.
  LadderMemory(const MultiscaleConfig& config, std::uint64_t key, double resolution);

  /// Learn a value at a level, which never falls, and return its raw score. `share` is where the
  /// deviation stands between nothing and the next level, 1.
  /// `burst`, if there is one, becomes the columns that were not predicted.
  double compute(double value, int level, double share, htm::ColumnSet* burst = nullptr);
  /// Return the columns of the last value at the present level. Precondition: there was one.
  const htm::ColumnSet& columns() const { return rungs_[0].memory.active(); }
  std::uint64_t segments() const;
  std::size_t bytes() const;

  void save(base::ByteWriter& out) const;
  /// Read what save() wrote at this level; return false if the bytes are something else.
  bool load(base::ByteReader& in, int level);

 private:
  struct Rung {
    int level;
    htm::TransitionMemory memory;
  };
  Rung make_rung(int level) const;
  double compute(Rung& rung, double value, htm::ColumnSet* burst) const;
  void rise_to(int level);

  htm::TransitionMemoryConfig memory_;
  std::uint32_t active_columns_;
  std::uint64_t key_;
  double resolution_;
  double look_ahead_;
  std::vector<Rung> rungs_;  ///< none, the present level's, or that and the next one's
};

/// The HTM of one scale: one ladder for each resolution. The level follows the running standard
/// deviation upwards, so that a range is never asked for and never comes from the future.
class ScaleNetwork {
 public:
  ScaleNetwork(const MultiscaleConfig& config, std::uint64_t key);

  /// Learn a value and return the mean raw score of all resolutions, 0 to 1; 0 until two values
  /// differed.
  double compute(double value);
  /// Return the present level; none until two values differed.
  const std::optional<int>& level() const { return level_; }
  /// Return the columns of the last value in the finest memory. Precondition: there is a level.
  const htm::ColumnSet& columns() const { return ladders_[0].columns(); }
  /// Append what the last value did in the finest memory; nothing before the first since load().
  void activity(std::string_view name, base::ColumnActivity& out) const;
  std::uint64_t segments() const;
  std::size_t bytes() const;

  void save(base::ByteWriter& out) const;
  bool load(base::ByteReader& in);

 private:
  RunningMoments moments_;
  std::optional<int> level_;
  std::vector<LadderMemory> ladders_;
  htm::ColumnSet burst_ = {};  ///< of the last value in the finest memory; no state
  bool computed_ = false;
};

}  // namespace cortado::detector
