// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/directory_store.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <vector>

#include "cortado/base/log.h"
#include "cortado/checkpoint/selection.h"
#include "pack_builder.h"
#include "sibling_lanes.h"
#include "snapshot_chain.h"
#include "snapshot_files.h"
#include "snapshot_reader.h"

namespace cortado::checkpoint {
namespace {

using ManifestPtr = std::shared_ptr<const Manifest>;

class StoreImpl final : public SnapshotStore {
 public:
  StoreImpl(base::FileSystem& files, std::string folder, LaneIdentity identity,
            std::uint64_t writer)
      : files_(files),
        folder_(std::move(folder)),
        identity_(std::move(identity)),
        writer_(writer),
        reader_(files, folder_) {}

  base::Result<std::optional<Loaded>> load(const LoadRequest& request, BlobReceiver& receiver,
                                           const TaskRunner& runner) override {
    CORTADO_ASSIGN(std::vector<Candidate> candidates, find_candidates(request));
    if (request.scope == LoadScope::kNothing) return std::optional<Loaded>();
    Decision decision;
    while (true) {
      decision = choose_snapshot(candidates, identity_, folder_, request.at_most);
      if (decision.kind != Decision::Kind::kRead) break;
      CORTADO_TRY(read_blobs(candidates[decision.index], receiver, runner, request.scope));
    }
    for (const Refusal& refusal : decision.refusals) {
      base::log_warning("checkpoint", "snapshot refused: " + refusal.reason,
                        {{"file", folder_ + "/" + refusal.file}});
    }
    if (decision.kind == Decision::Kind::kStop) return *decision.error;
    if (decision.kind == Decision::Kind::kNone) return std::optional<Loaded>();
    return std::optional(adopt(candidates, decision));
  }

  base::Status read(std::span<const std::string_view> devices, BlobReceiver& receiver,
                    const TaskRunner& runner) override {
    const ManifestPtr manifest = newest();
    CORTADO_ASSIGN(const auto entries, find_entries(*manifest, devices));
    return reader_.read(*manifest, entries, receiver, runner);
  }

  std::unique_ptr<SnapshotWriter> begin(const SnapshotFacts& facts, Lineage lineage) override;

  SnapshotName current() const override {
    const std::lock_guard lock(mutex_);
    return current_name_;
  }

  std::vector<std::string> superseded(std::string_view name) override {
    std::vector<std::string> doomed;
    {
      const std::lock_guard lock(mutex_);
      doomed = chain_.supersede(name);
    }
    for (const std::string& file : doomed) {
      const base::Status removed = files_.remove_file(path(file));
      if (removed.ok() || removed.error().code() == base::ErrorCode::kNotFound) continue;
      base::log_warning("checkpoint", "cannot remove an old snapshot: " + removed.error().message(),
                        {{"file", path(file)}});
      break;  // a manifest that stays needs its packs
    }
    return {};
  }

 private:
  friend class WriterImpl;

  /// The wanted manifest and what it was made from, newest first; all if none is wanted.
  base::Result<std::vector<Candidate>> find_candidates(const LoadRequest& request) {
    const SnapshotName& wanted = request.wanted;
    CORTADO_ASSIGN(const std::vector<std::string> names, files_.list(folder_));
    std::vector<Candidate> candidates;
    std::vector<Candidate> later;
    bool found = wanted.empty();
    const std::lock_guard lock(mutex_);
    for (const std::string& name : names) {
      if (const auto number = number_of(name)) last_number_ = std::max(last_number_, *number);
      if (number_of(name) || is_leftover(name)) chain_.found(name);
      found = found || name == wanted.name;
      const bool eligible =
          wanted.empty() || name == wanted.name || number_of(name) < number_of(wanted.name);
      if (!is_manifest_name(name)) continue;
      if (eligible) candidates.push_back({.file = name});
      if (number_of(name) > number_of(wanted.name)) later.push_back({.file = name});
    }
    if (request.told) CORTADO_TRY(check_told(std::move(later), *request.told));
    if (!found) {
      return base::Error(base::ErrorCode::kNotFound, folder_ + " has no manifest " + wanted.name);
    }
    std::reverse(candidates.begin(), candidates.end());
    for (Candidate& candidate : candidates) {
      CORTADO_TRY(read_manifest(candidate, candidate.file == wanted.name ? wanted.hash : ""));
    }
    if (!wanted.empty()) candidates = line_of(std::move(candidates));
    return candidates;
  }

  /// Compare the offset that the log tells with what snapshots after the wanted one hold.
  base::Status check_told(std::vector<Candidate> later, base::Offset told) {
    for (Candidate& candidate : later) CORTADO_TRY(read_manifest(candidate, ""));
    const auto error = tells_too_little(later, identity_.lane, folder_, told);
    return error ? base::Status(*error) : base::Status();
  }

  base::Status read_manifest(Candidate& candidate, const std::string& hash) {
    CORTADO_ASSIGN(const std::string bytes, files_.read_file(path(candidate.file)));
    auto manifest = decode_manifest(bytes);
    if (!manifest.ok()) {
      candidate.problem = manifest.error().message();
      candidate.other_format = manifest.error().code() == base::ErrorCode::kUnsupported;
    } else if (!hash.empty() && hash != manifest_hash(bytes)) {
      candidate.problem = "its bytes are not those that the commit names";
    } else {
      candidate.manifest = std::move(manifest).value();
      candidate.hash = manifest_hash(bytes);
    }
    return {};
  }

  /// Read what `scope` asks for into the receiver and note whether the blobs are sound. An error is
  /// one that says nothing about the bytes.
  base::Status read_blobs(Candidate& candidate, BlobReceiver& receiver, const TaskRunner& runner,
                          LoadScope scope) {
    receiver.restart();
    const base::Status read = hand_over(*candidate.manifest, receiver, runner, scope);
    candidate.blobs = read.ok() ? BlobState::kSound : BlobState::kBroken;
    if (read.ok()) return {};
    if (!is_unusable(read.error())) return read.error();
    candidate.problem = read.error().message();
    return {};
  }

  base::Status hand_over(const Manifest& manifest, BlobReceiver& receiver, const TaskRunner& runner,
                         LoadScope scope) {
    CORTADO_TRY(reader_.check_packs(manifest));
    if (scope == LoadScope::kNames) {
      for (const BlobEntry& entry : manifest.entries) {
        receiver.name(entry.device, entry.next, entry.raw_size == 0);
      }
      return {};
    }
    std::vector<const BlobEntry*> entries;
    for (const BlobEntry& entry : manifest.entries) entries.push_back(&entry);
    return reader_.read(manifest, entries, receiver, runner);
  }

  /// Go on from the chosen snapshot. Those refused do not join the chain: the next clean-up removes
  /// them.
  Loaded adopt(const std::vector<Candidate>& candidates, const Decision& decision) {
    std::set<std::string> refused;
    for (const Refusal& refusal : decision.refusals) refused.insert(refusal.file);
    const Candidate& chosen = candidates[decision.index];
    std::vector<const Candidate*> kept;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const Candidate& candidate = candidates[i];
      const bool usable = candidate.manifest && !refused.contains(candidate.file) &&
                          candidate.manifest->identity.lane == identity_.lane;
      if (usable) kept.push_back(&candidate);
      // It goes with the clean-up; then nothing would tell any more that older ones may not be
      // used.
      if (!usable && i > decision.index && is_root_name(candidate.file)) break;
    }
    const std::lock_guard lock(mutex_);
    for (auto candidate = kept.rbegin(); candidate != kept.rend(); ++candidate)
      chain_.add((*candidate)->file, *(*candidate)->manifest);
    current_ = std::make_shared<const Manifest>(*chosen.manifest);
    current_name_ = {.name = chosen.file, .hash = chosen.hash};
    Loaded loaded{.name = current_name_,
                  .facts = current_->facts,
                  .algorithm_version = current_->identity.algorithm_version,
                  .settings_hash = current_->identity.settings_hash,
                  .knows_refused = candidates.front().manifest.has_value()};
    if (const Manifest* const newest = newest_of_lane(candidates))
      loaded.facts.refused = newest->facts.refused;
    return loaded;
  }

  /// What was decided after the chosen snapshot still holds, and stands in those refused.
  const Manifest* newest_of_lane(const std::vector<Candidate>& candidates) const {
    for (const Candidate& candidate : candidates) {
      if (candidate.manifest && candidate.manifest->identity.lane == identity_.lane)
        return &*candidate.manifest;
    }
    return nullptr;
  }

  void commit(Manifest manifest, SnapshotName name) {
    const std::lock_guard lock(mutex_);
    chain_.add(name.name, manifest);
    current_ = std::make_shared<const Manifest>(std::move(manifest));
    current_name_ = std::move(name);
  }

  ManifestPtr newest() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  base::FileSystem& files_;
  const std::string folder_;
  const LaneIdentity identity_;
  const std::uint64_t writer_;
  const SnapshotReader reader_;

  mutable std::mutex mutex_;
  ManifestPtr current_ = std::make_shared<const Manifest>();
  SnapshotName current_name_;
  SnapshotChain chain_;
  std::uint64_t last_number_ = 0;
};

class WriterImpl final : public SnapshotWriter {
 public:
  WriterImpl(StoreImpl& store, std::uint64_t number, SnapshotFacts facts, Lineage lineage)
      : store_(store),
        builder_(store.files_, store.folder_, number, store.writer_),
        facts_(std::move(facts)),
        lineage_(lineage),
        parent_(store.current()),
        base_(store.newest()) {}

  base::Status add(std::string_view device, base::Offset next,
                   const CompressedBlob& blob) override {
    BlobEntry entry{.device = std::string(device),
                    .stored_size = static_cast<std::uint32_t>(blob.bytes.size()),
                    .raw_size = blob.raw_size,
                    .crc32c = blob.crc32c,
                    .next = next};
    return builder_.add(std::move(entry), blob.bytes);
  }

  base::Result<SnapshotName> commit() override {
    CORTADO_TRY(carry_over());
    CORTADO_TRY(builder_.flush());
    Manifest manifest;
    manifest.number = builder_.number();
    manifest.identity = store_.identity_;
    manifest.facts = facts_;
    manifest.parent = parent_.name;
    builder_.finish(manifest);
    // Without the packs that it refers to it would be of no use to anybody.
    CORTADO_TRY(store_.reader_.check_packs(manifest));
    const std::string bytes = encode(manifest);
    const bool root = lineage_ == Lineage::kRoot;
    SnapshotName name{.name = manifest_name(manifest.number, bytes, store_.writer_, root),
                      .hash = manifest_hash(bytes)};
    CORTADO_TRY(store_.files_.write_file_atomically(store_.path(name.name), bytes));
    store_.commit(std::move(manifest), name);
    return name;
  }

 private:
  /// Keep what did not change where it is, but copy what lies in packs that are mostly waste.
  base::Status carry_over() {
    const std::vector<bool> sparse = sparse_packs(*base_, builder_.devices());
    for (const BlobEntry& found : base_->entries) {
      if (builder_.has(found.device)) continue;
      BlobEntry entry = found;
      // Who reads on from further back for some device must not teach the others anything.
      if (facts_.low_water < base_->facts.low_water)
        entry.next = std::max(entry.next, base_->facts.low_water);
      if (!sparse[entry.pack]) {
        builder_.refer(entry, base_->packs[entry.pack]);
        continue;
      }
      CORTADO_ASSIGN(const std::string stored, store_.reader_.read_stored(*base_, entry));
      CORTADO_TRY(check_stored(stored, entry));
      CORTADO_TRY(builder_.add(entry, stored));
    }
    return {};
  }

  StoreImpl& store_;
  PackBuilder builder_;
  const SnapshotFacts facts_;
  const Lineage lineage_;
  const SnapshotName parent_;
  const ManifestPtr base_;
};

std::unique_ptr<SnapshotWriter> StoreImpl::begin(const SnapshotFacts& facts, Lineage lineage) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_number_;
  }
  return std::make_unique<WriterImpl>(*this, number, facts, lineage);
}

/// The first group to use a folder leaves its name there.
base::Status check_group(base::FileSystem& files, const std::string& file,
                         const std::string& group) {
  if (group.empty()) return {};
  if (!files.exists(file)) {
    base::Status made = files.create_file(file, group);
    // Somebody else came at the same time.
    if (made.ok() || made.error().code() != base::ErrorCode::kAlreadyExists) return made;
  }
  CORTADO_ASSIGN(const std::string found, files.read_file(file));
  if (found == group) return {};
  return base::Error(base::ErrorCode::kAlreadyExists,
                     file + " says that the state here is of the group " + found + ", not of " +
                         group + ": give each group a state.dir of its own");
}

}  // namespace

base::Result<std::unique_ptr<SnapshotStore>> DirectoryStores::open(const LaneIdentity& identity,
                                                                   std::uint64_t writer) {
  const std::string folder = place(identity.lane);
  CORTADO_TRY(files_.create_directories(folder));
  CORTADO_TRY(check_group(files_, folder + "/group", group_));
  CORTADO_TRY(check_siblings(files_, dir_, identity));
  return std::unique_ptr<SnapshotStore>(
      std::make_unique<StoreImpl>(files_, folder, identity, writer));
}

bool is_unusable(const base::Error& error) {
  return error.code() == base::ErrorCode::kCorrupt || error.code() == base::ErrorCode::kNotFound;
}

void run_in_order(std::size_t count, const std::function<void(std::size_t)>& task) {
  for (std::size_t i = 0; i < count; ++i) task(i);
}

}  // namespace cortado::checkpoint
