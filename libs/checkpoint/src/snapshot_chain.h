// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/checkpoint/manifest.h"

namespace cortado::checkpoint {

/// Remembers which names (manifests and packs) the snapshots of one owner need, and tells which are
/// needed no more. Names that it never heard of it never gives up: they may be a successor's. Pure.
class SnapshotChain {
 public:
  /// Snapshots kept behind the one that the log names: to go back to if that one rots; and so many
  /// that differ from the one behind them in their packs, should one of these.
  static constexpr std::size_t kKeptBefore = 2;

  /// Hear of a name that was there when the lane was loaded.
  void found(std::string name) { found_.insert(std::move(name)); }
  /// Add a usable snapshot, older ones first.
  void add(std::string name, const Manifest& manifest);
  /// The log names this snapshot: return what is needed no more, manifests first, since one without
  /// its packs would only look broken. Returns nothing for a name that was not added.
  std::vector<std::string> supersede(std::string_view name);

 private:
  struct Link {
    std::string name;
    std::set<std::string> packs;
  };

  /// Drop what is not kept before the link of this index, and return it.
  std::vector<Link> drop_before(std::size_t named);

  std::vector<Link> links_;
  std::set<std::string> found_;
};

}  // namespace cortado::checkpoint
