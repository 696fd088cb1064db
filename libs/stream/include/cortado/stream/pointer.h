// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"
#include "cortado/checkpoint/snapshot_store.h"

namespace cortado::stream {

/// Records that a lane passes over at most; a pointer holds them beside all else.
inline constexpr std::size_t kMostSkipped = 100;

/// What stands beside a committed offset: the state that belongs to it.
struct Pointer {
  checkpoint::SnapshotName snapshot;         ///< empty: no device has a stored state yet
  base::Offset low_water;                    ///< a restart reads on from here
  std::vector<base::Offset> skipped = {};    ///< ascending: records that no model may ever see
  std::vector<base::Offset> dismissed = {};  ///< of them, those that a person decided about
  bool moved = false;  ///< by `cortado state`: no lane has committed an outcome from here yet

  bool operator==(const Pointer&) const = default;
};

/// Write it as "v1;m=<manifest>;h=<hash>;lw=<offset>", ";sk=<offset>,..." where records are
/// skipped, ";op=<offset>,..." where a person decided so, and ";mv=1" where it was moved; about 100
/// bytes, Kafka takes 4096.
std::string format(const Pointer& pointer);

/// Forget the oldest of skipped offsets, ascending, while they are too many and below `start`: they
/// are of use only to a start from a snapshot that is older than all that are kept.
void forget_oldest(std::vector<base::Offset>& skipped, base::Offset start);

/// Read one. **Errors:** kCorrupt for any text that format() does not write, the empty one too.
base::Result<Pointer> parse_pointer(std::string_view text);

}  // namespace cortado::stream
