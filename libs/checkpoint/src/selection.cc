// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/selection.h"

#include <algorithm>

#include "snapshot_files.h"

namespace cortado::checkpoint {
namespace {

using base::ErrorCode;

base::Error differs(const std::string& what, const std::string& folder, const std::string& found,
                    const std::string& wanted, const std::string& advice) {
  return base::Error(ErrorCode::kInvalidConfig, "the state in " + folder + " is of " + what +
                                                    " \"" + found + "\", not \"" + wanted +
                                                    "\": " + advice + std::string(kBeginAnew));
}

constexpr std::string_view kDevicesMoved =
    "devices have changed their partitions; to keep their models, run cortado state export, then "
    "state import --by-key with a new kafka.group_id and state.dir";

/// What keeps a sound snapshot of our lane from being used until a person decides.
std::optional<base::Error> mismatch(const LaneIdentity& found, const LaneIdentity& wanted,
                                    const std::string& folder) {
  if (found.cluster_id != wanted.cluster_id) {
    return differs("Kafka cluster", folder, found.cluster_id, wanted.cluster_id,
                   "to go on, connect to the former cluster");
  }
  if (found.model_hash != wanted.model_hash) {
    return differs("model configuration", folder, found.model_hash, wanted.model_hash,
                   "to go on, restore the former detector configuration");
  }
  if (auto error = partition_count_differs(found, wanted, folder)) return error;
  if (found.hash_name != wanted.hash_name) {
    return differs("partitioner", folder, found.hash_name, wanted.hash_name,
                   std::string(kDevicesMoved));
  }
  return std::nullopt;
}

Decision stop(base::Error error, Decision decision) {
  decision.kind = Decision::Kind::kStop;
  decision.error = std::move(error);
  return decision;
}

std::string listed(const std::vector<Refusal>& refusals) {
  std::string text;
  for (const Refusal& refusal : refusals) {
    text += refusal.file + ": " + refusal.reason + (&refusal == &refusals.back() ? "" : "; ");
  }
  return text;
}

base::Error none_usable(const std::string& folder, const std::vector<Refusal>& refusals) {
  return base::Error(ErrorCode::kCorrupt,
                     "none of the snapshots in " + folder + " is usable (" + listed(refusals) +
                         "): to go on, restore the folder from a backup" + std::string(kBeginAnew));
}

base::Error root_unusable(const std::string& folder, const std::vector<Refusal>& refusals) {
  return base::Error(
      ErrorCode::kCorrupt,
      "none of the snapshots in " + folder +
          " that the committed offset may go on from is usable (" + listed(refusals) +
          "), and an older one would undo what cortado state reset or import did: to go on, "
          "restore "
          "the folder from a backup; or go back to an older one by cortado state rewind (cortado "
          "state ls and verify tell which), whose records are then scored and written again, and "
          "repeat that command" +
          std::string(kBeginAnew));
}

bool is_damaged(const Candidate& candidate) {
  return !candidate.manifest || candidate.blobs == BlobState::kBroken;
}

}  // namespace

std::optional<base::Error> partition_count_differs(const LaneIdentity& found,
                                                   const LaneIdentity& wanted,
                                                   const std::string& folder) {
  if (found.partition_count == wanted.partition_count) return std::nullopt;
  return differs("a topic whose partition count was", folder, std::to_string(found.partition_count),
                 std::to_string(wanted.partition_count), std::string(kDevicesMoved));
}

std::vector<Candidate> line_of(std::vector<Candidate> newest_first) {
  const auto is_there = [&newest_first](const std::string& file) {
    return std::any_of(newest_first.begin(), newest_first.end(),
                       [&file](const Candidate& candidate) { return candidate.file == file; });
  };
  std::vector<std::size_t> kept;
  std::string parent;  // of the last one kept; empty: not known, or gone
  for (std::size_t i = 0; i < newest_first.size(); ++i) {
    const Candidate& candidate = newest_first[i];
    if (!parent.empty() && candidate.file != parent) continue;
    kept.push_back(i);
    parent = candidate.manifest ? candidate.manifest->parent : "";
    if (!is_there(parent)) parent.clear();
  }
  std::vector<Candidate> line;
  for (const std::size_t i : kept) line.push_back(std::move(newest_first[i]));
  return line;
}

std::optional<base::Error> tells_too_little(std::span<const Candidate> later,
                                            const base::TopicPartition& lane,
                                            const std::string& folder, base::Offset committed) {
  for (const Candidate& candidate : later) {
    if (!candidate.manifest || is_root_name(candidate.file)) continue;
    const Manifest& manifest = *candidate.manifest;
    if (manifest.identity.lane != lane || manifest.facts.next_offset <= committed) continue;
    return base::Error(
        ErrorCode::kUnavailable,
        "the group's coordinator tells offset " + std::to_string(committed.get()) + ", but " +
            folder + "/" + candidate.file + " holds records up to offset " +
            std::to_string(manifest.facts.next_offset.get()) +
            ", which were committed: a coordinator may tell old offsets for a while after its "
            "broker has died; if it goes on, restart that broker, or to go back on purpose run "
            "cortado state rewind");
  }
  return std::nullopt;
}

Decision choose_snapshot(std::span<const Candidate> newest_first, const LaneIdentity& wanted,
                         const std::string& folder, std::optional<base::Offset> at_most) {
  Decision decision;
  for (std::size_t i = 0; i < newest_first.size(); ++i) {
    const Candidate& candidate = newest_first[i];
    if (candidate.other_format) {
      return stop(
          base::Error(ErrorCode::kUnsupported,
                      folder + "/" + candidate.file + ": " + candidate.problem +
                          ": to go on, run the version that wrote it" + std::string(kBeginAnew)),
          std::move(decision));
    }
    std::string reason = candidate.problem;
    if (candidate.manifest) {
      const LaneIdentity& found = candidate.manifest->identity;
      const base::Offset next = candidate.manifest->facts.next_offset;
      if (found.lane != wanted.lane) {
        reason = "it is of " + to_string(found.lane);
      } else if (at_most && next > *at_most) {
        reason = "it goes to offset " + std::to_string(next.get()) + ", above " +
                 std::to_string(at_most->get());
      } else {
        if (auto error = mismatch(found, wanted, folder)) return stop(*error, std::move(decision));
        decision.index = i;
        if (candidate.blobs != BlobState::kBroken) {
          decision.kind =
              candidate.blobs == BlobState::kSound ? Decision::Kind::kUse : Decision::Kind::kRead;
          return decision;
        }
      }
    }
    decision.refusals.push_back({candidate.file, reason});
    if (!is_root_name(candidate.file) || !is_damaged(candidate)) continue;
    base::Error error = root_unusable(folder, decision.refusals);
    return stop(std::move(error), std::move(decision));
  }
  if (newest_first.empty()) return decision;
  base::Error error = none_usable(folder, decision.refusals);
  return stop(std::move(error), std::move(decision));
}

}  // namespace cortado::checkpoint
