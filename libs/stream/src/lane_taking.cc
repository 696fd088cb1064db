// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// The part of opening a lane that takes over what was loaded.
#include <algorithm>

#include "cortado/base/log.h"
#include "lane_opening.h"

namespace cortado::stream {

base::Status LaneOpening::take_stamps(OpenedLane& lane) {
  // A new log is read from its beginning by one version and one configuration alone.
  if (!loading_ || start_->log_is_new) return {};
  const auto& loaded = *loading_->result().loaded;
  // After a reset nothing says yet whose the records to come are.
  bool restamp = !loaded && lane.start == lane.committed;
  if (loaded) {
    CORTADO_ASSIGN(const bool other_version, take_version(*loaded, lane));
    CORTADO_ASSIGN(const bool other_settings, take_settings(*loaded, lane));
    restamp = other_version || other_settings;
  }
  if (!restamp) return {};
  // A snapshot that says so, before any record of ours; the first commit names it. What a reset
  // has given up and not removed yet is nothing to go back to.
  const auto lineage = loaded ? checkpoint::Lineage::kFollows : checkpoint::Lineage::kRoot;
  CORTADO_ASSIGN(lane.snapshot, lane.store
                                    ->begin({.next_offset = lane.committed,
                                             .low_water = lane.committed,
                                             .skipped = lane.crashes.skipped,
                                             .refused = lane.refused},
                                            lineage)
                                    ->commit());
  lane.commit_at_once = true;
  return {};
}

base::Result<bool> LaneOpening::take_version(const checkpoint::Loaded& loaded, OpenedLane& lane) {
  const std::uint32_t ours = context_.parts.operation.algorithm_version();
  if (loaded.algorithm_version == ours) return false;
  const VersionChange change{.found = loaded.algorithm_version, .ours = ours};
  CORTADO_ASSIGN(const std::int64_t left_out,
                 decide_version(facts_, change, lane.start, lane.committed));
  if (left_out > 0) {
    base::log_error("stream",
                    "the models were left off by another algorithm version; they go on without "
                    "the records between, which have their outcomes",
                    {{"lane", to_string(partition_)}, {"offsets", std::to_string(left_out)}});
  }
  lane.start = lane.committed;
  return true;
}

base::Result<bool> LaneOpening::take_settings(const checkpoint::Loaded& loaded,
                                              const OpenedLane& lane) {
  const std::string ours = context_.parts.operation.settings_hash();
  if (ours.empty() || loaded.settings_hash == ours) return false;
  // What a former format version does not tell is taken for ours.
  if (!loaded.settings_hash.empty()) {
    const SettingsChange change{.found = loaded.settings_hash, .ours = ours};
    CORTADO_ASSIGN(const std::string warning,
                   decide_settings(facts_, change, lane.start, lane.committed));
    if (!warning.empty()) base::log_warning("stream", warning, {{"lane", to_string(partition_)}});
  }
  return lane.start >= lane.committed;
}

base::Status LaneOpening::decide_crashes(OpenedLane& lane) {
  if (!loading_) return {};
  CrashFacts facts{.skipped = {},
                   .deaths = std::move(loading_->result().deaths),
                   .start = lane.start,
                   .limit = context_.config.max_crashes};
  // The offsets of a former log mean nothing.
  if (!start_->log_is_new) {
    facts.skipped = start_->pointer.skipped;
    facts.dismissed = start_->pointer.dismissed;
    const auto& loaded = *loading_->result().loaded;
    if (loaded) {
      const auto& stored = loaded->facts.skipped;
      facts.skipped.insert(facts.skipped.end(), stored.begin(), stored.end());
    }
  }
  const bool outdated = !facts.deaths.empty() && facts.deaths.begin()->first < lane.start;
  if (outdated) forget_deaths(context_, partition_, lane.start);
  CORTADO_ASSIGN(lane.crashes, decide_skips(facts));
  for (const base::Offset offset : lane.crashes.added) {
    base::log_error("stream", "a record has ended every process that scored it: it is passed over",
                    {{"lane", to_string(partition_)}, {"offset", std::to_string(offset.get())}});
  }
  return {};
}

base::Status LaneOpening::take_loaded(OpenedLane& lane) {
  Loading& loading = loading_->result();
  if (!loading.loaded.ok()) {
    const base::Error& error = loading.loaded.error();
    if (error.code() != base::ErrorCode::kNotFound) return error;
    return missing_snapshot(facts_, error);
  }
  lane.store = std::move(loading.store);
  if (!*loading.loaded) return {};
  CORTADO_TRY(take_snapshot(**loading.loaded, lane));
  if (!start_->log_is_new) {
    lane.refused = (*loading.loaded)->facts.refused;
    lane.knows_refused = (*loading.loaded)->knows_refused;
  }
  lane.devices = std::move(loading.devices);
  CORTADO_TRY(take_others(lane));
  if (start_->log_is_new) {
    for (StoredDevice& device : lane.devices) device.next = base::Offset(0);
    lane.all_dirty = true;
  }
  return {};
}

base::Status LaneOpening::take_others(OpenedLane& lane) {
  Loading& loading = loading_->result();
  for (auto& [other, devices] : loading.others) {
    CORTADO_ASSIGN(const auto shared, decide_shared(facts_, other, loading.own, devices));
    for (const std::string& device : shared) {
      base::log_error(
          "stream", "a device has a state on two partitions; the lower one keeps it",
          {{"device", device}, {"lane", to_string(partition_)}, {"other", to_string(other)}});
    }
    if (partition_ < other) {
      std::erase_if(devices, [&shared](const std::string& device) {
        return std::binary_search(shared.begin(), shared.end(), device);
      });
    }
  }
  lane.elsewhere = std::move(loading.others);
  return {};
}

base::Status LaneOpening::take_snapshot(const checkpoint::Loaded& loaded, OpenedLane& lane) {
  lane.snapshot = loaded.name;
  if (start_->log_is_new) return {};
  lane.floor = loaded.facts.floor;
  switch (start_->kind) {
    case LaneStart::Kind::kBegin:
      if (loading_->result().devices.empty()) return {};
      if (loaded.facts.next_offset > facts_.watermarks.high)
        return new_log_without_commit(facts_, loaded.facts.next_offset);
      if (context_.config.recovery == Recovery::kStrict) {
        return missing_commit(facts_, loaded.facts.next_offset);
      }
      lane.committed = loaded.facts.next_offset;
      lane.start = loaded.facts.low_water;
      lane.commit_at_once = true;
      base::log_warning(
          "stream", "nothing was committed; going on where the newest snapshot ends",
          {{"lane", to_string(partition_)}, {"offset", std::to_string(lane.committed.get())}});
      return {};
    case LaneStart::Kind::kRestore:
      // The pointer knows better where to begin than the manifest, but only of the one it names.
      if (loaded.name != start_->pointer.snapshot) lane.start = loaded.facts.low_water;
      return {};
    case LaneStart::Kind::kNewest:
      lane.start = loaded.facts.low_water;
      return {};
  }
  return {};
}

}  // namespace cortado::stream
