// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/error.h"
#include "cortado/base/ids.h"
#include "cortado/checkpoint/manifest.h"

namespace cortado::checkpoint {

/// The last words of every refusal that state causes: the way out that works without the old state.
inline constexpr std::string_view kBeginAnew =
    "; to begin anew with empty models, set both state.dir and kafka.group_id to new names (the "
    "new group starts at the topic's beginning)";

/// What is known of a snapshot's blobs so far.
enum class BlobState { kUnread, kSound, kBroken };

/// One manifest file as found in a lane's folder.
struct Candidate {
  std::string file;
  std::optional<Manifest> manifest = {};  ///< none = its bytes are not sound
  std::string hash = {};                  ///< of a sound manifest's bytes
  BlobState blobs = BlobState::kUnread;
  std::string problem = {};   ///< why there is no manifest, or why the blobs are broken
  bool other_format = false;  ///< sound, but of a format version that this build does not read
};

/// A snapshot that was passed over, and why.
struct Refusal {
  std::string file;
  std::string reason;
};

/// What to do next to find the snapshot to use.
struct Decision {
  enum class Kind {
    kUse,   ///< load the candidate at `index`: it is proven
    kRead,  ///< read the blobs of the candidate at `index`, then decide again
    kNone,  ///< no snapshot was ever taken
    kStop,  ///< `error` says what a person has to do
  };
  Kind kind = Kind::kNone;
  std::size_t index = 0;
  std::optional<base::Error> error;
  std::vector<Refusal> refusals;  ///< of the candidates before `index`
};

/// What to say where state was taken when the topic had another number of partitions; none where it
/// had not. **Errors:** kInvalidConfig.
std::optional<base::Error> partition_count_differs(const LaneIdentity& found,
                                                   const LaneIdentity& wanted,
                                                   const std::string& folder);

/// Leave out what the first candidate was not made from, as far as sound manifests tell: a snapshot
/// between one and its parent was given up by a rewind, or was a fenced owner's. Pure.
/// Precondition: newest first.
std::vector<Candidate> line_of(std::vector<Candidate> newest_first);

/// What proves that the log tells an older offset than it has been told: a snapshot of the lane,
/// taken after the one that the log names, that holds records at or above `committed`. Snapshots
/// hold committed records alone; those of a person's decision (roots) do not count, for they may
/// come before their commit. Pure. **Errors:** kUnavailable.
std::optional<base::Error> tells_too_little(std::span<const Candidate> later,
                                            const base::TopicPartition& lane,
                                            const std::string& folder, base::Offset committed);

/// Choose the newest snapshot whose bytes are sound, that is ours and holds nothing at or above
/// `at_most` (none = no bound); pure. An unsound one, one of another partition or one above the
/// bound is passed over with a reason, but none before an unsound root is used (Lineage::kRoot).
/// Precondition: newest first. **Errors** in `error`: kInvalidConfig if the newest sound one is of
/// another cluster, model, partition count or hash; kUnsupported for another format version;
/// kCorrupt if some exist but none is usable.
Decision choose_snapshot(std::span<const Candidate> newest_first, const LaneIdentity& wanted,
                         const std::string& folder, std::optional<base::Offset> at_most = {});

}  // namespace cortado::checkpoint
