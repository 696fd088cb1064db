// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/snapshot_store.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "cortado/base/log.h"
#include "cortado/checkpoint/selection.h"
#include "pack_builder.h"
#include "snapshot_files.h"
#include "snapshot_reader.h"

namespace cortado::checkpoint {
namespace {

constexpr std::size_t kManifestsKept = 3;

class StoreImpl final : public SnapshotStore {
 public:
  StoreImpl(base::FileSystem& files, std::string folder, LaneIdentity identity)
      : files_(files),
        folder_(std::move(folder)),
        identity_(std::move(identity)),
        reader_(files, folder_) {}

  base::Result<std::optional<base::Offset>> load(BlobReceiver& receiver, const TaskRunner& runner,
                                                 LoadScope scope) override {
    CORTADO_ASSIGN(std::vector<Candidate> candidates, find_candidates());
    Decision decision;
    while (true) {
      decision = choose_snapshot(candidates, identity_, folder_);
      if (decision.kind != Decision::Kind::kRead) break;
      CORTADO_TRY(read_blobs(candidates[decision.index], receiver, runner, scope));
    }
    for (const Refusal& refusal : decision.refusals) {
      base::log_warning("checkpoint", "snapshot refused: " + refusal.reason,
                        {{"file", folder_ + "/" + refusal.file}});
    }
    if (decision.kind == Decision::Kind::kStop) return *decision.error;
    if (decision.kind == Decision::Kind::kNone) return std::optional<base::Offset>();
    adopt(std::move(candidates), decision);
    return std::optional(current_.next_offset);
  }

  base::Status read(std::span<const std::string_view> devices, BlobReceiver& receiver,
                    const TaskRunner& runner) override {
    CORTADO_ASSIGN(const auto entries, find_entries(current_, devices));
    return reader_.read(current_, entries, receiver, runner);
  }

  std::unique_ptr<SnapshotWriter> begin(base::Offset next) override;
  std::string current() const override { return current_name_; }

 private:
  friend class WriterImpl;

  base::Result<std::vector<Candidate>> find_candidates() {
    CORTADO_ASSIGN(const std::vector<std::string> names, files_.list(folder_));
    std::vector<Candidate> candidates;
    for (const std::string& name : names) {
      if (const auto number = number_of(name)) last_number_ = std::max(last_number_, *number);
      if (is_manifest_name(name)) candidates.push_back({.file = name});
    }
    std::reverse(candidates.begin(), candidates.end());
    for (Candidate& candidate : candidates) CORTADO_TRY(read_manifest(candidate));
    return candidates;
  }

  base::Status read_manifest(Candidate& candidate) {
    CORTADO_ASSIGN(const std::string bytes, files_.read_file(path(candidate.file)));
    auto manifest = decode_manifest(bytes);
    if (manifest.ok()) {
      candidate.manifest = std::move(manifest).value();
    } else {
      candidate.problem = manifest.error().message();
      candidate.other_format = manifest.error().code() == base::ErrorCode::kUnsupported;
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
      for (const BlobEntry& entry : manifest.entries) receiver.name(entry.device);
      return {};
    }
    std::vector<const BlobEntry*> entries;
    for (const BlobEntry& entry : manifest.entries) entries.push_back(&entry);
    return reader_.read(manifest, entries, receiver, runner);
  }

  /// Go on from the chosen snapshot. Those refused are not kept: the next clean-up removes them.
  void adopt(std::vector<Candidate> candidates, const Decision& decision) {
    std::set<std::string> refused;
    for (const Refusal& refusal : decision.refusals) refused.insert(refusal.file);
    for (const Candidate& candidate : candidates) {
      if (!candidate.manifest || refused.contains(candidate.file)) continue;
      if (candidate.manifest->identity.lane != identity_.lane) continue;
      keep(candidate.file, *candidate.manifest);
    }
    current_name_ = candidates[decision.index].file;
    current_ = std::move(*candidates[decision.index].manifest);
  }

  void keep(const std::string& file, const Manifest& manifest) {
    std::set<std::string>& packs = kept_[file];
    for (const PackFile& pack : manifest.packs) packs.insert(pack.name);
  }

  void commit(Manifest manifest, const std::string& name) {
    keep(name, manifest);
    while (kept_.size() > kManifestsKept) kept_.erase(kept_.begin());
    current_ = std::move(manifest);
    current_name_ = name;
    const base::Status cleaned = clean_up();
    if (cleaned.ok()) return;
    base::log_warning("checkpoint", "cannot remove old snapshots: " + cleaned.error().message(),
                      {{"folder", folder_}});
  }

  /// Remove manifests first: one without its packs would only look broken.
  base::Status clean_up() {
    CORTADO_ASSIGN(const std::vector<std::string> names, files_.list(folder_));
    std::set<std::string> needed;
    for (const auto& [file, packs] : kept_) needed.insert(packs.begin(), packs.end());
    for (const std::string& name : names) {
      if (is_manifest_name(name) && !kept_.contains(name)) {
        CORTADO_TRY(files_.remove_file(path(name)));
      }
    }
    for (const std::string& name : names) {
      if (is_leftover(name) || (is_pack_name(name) && !needed.contains(name))) {
        CORTADO_TRY(files_.remove_file(path(name)));
      }
    }
    return {};
  }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  base::FileSystem& files_;
  const std::string folder_;
  const LaneIdentity identity_;
  const SnapshotReader reader_;
  Manifest current_;
  std::string current_name_;
  std::map<std::string, std::set<std::string>> kept_;  ///< manifest file -> the packs it needs
  std::uint64_t last_number_ = 0;
};

class WriterImpl final : public SnapshotWriter {
 public:
  WriterImpl(StoreImpl& store, base::Offset next)
      : store_(store), builder_(store.files_, store.folder_, ++store.last_number_), next_(next) {}

  base::Status add(std::string_view device, const CompressedBlob& blob) override {
    BlobEntry entry{.device = std::string(device),
                    .stored_size = static_cast<std::uint32_t>(blob.bytes.size()),
                    .raw_size = blob.raw_size,
                    .crc32c = blob.crc32c};
    return builder_.add(std::move(entry), blob.bytes);
  }

  base::Status commit() override {
    CORTADO_TRY(carry_over());
    CORTADO_TRY(builder_.flush());
    Manifest manifest;
    manifest.number = builder_.number();
    manifest.identity = store_.identity_;
    manifest.next_offset = next_;
    builder_.finish(manifest);
    const std::string bytes = encode(manifest);
    const std::string name = manifest_name(manifest.number, bytes);
    CORTADO_TRY(store_.files_.write_file_atomically(store_.path(name), bytes));
    store_.commit(std::move(manifest), name);
    return {};
  }

 private:
  /// Keep what did not change where it is, but copy what lies in packs that are mostly waste.
  base::Status carry_over() {
    const Manifest& old = store_.current_;
    const std::vector<bool> sparse = sparse_packs(old, builder_.devices());
    for (const BlobEntry& entry : old.entries) {
      if (builder_.has(entry.device)) continue;
      if (!sparse[entry.pack]) {
        builder_.refer(entry, old.packs[entry.pack]);
        continue;
      }
      CORTADO_ASSIGN(const std::string stored, store_.reader_.read_stored(old, entry));
      CORTADO_TRY(check_stored(stored, entry));
      CORTADO_TRY(builder_.add(entry, stored));
    }
    return {};
  }

  StoreImpl& store_;
  PackBuilder builder_;
  base::Offset next_;
};

std::unique_ptr<SnapshotWriter> StoreImpl::begin(base::Offset next) {
  return std::make_unique<WriterImpl>(*this, next);
}

}  // namespace

bool is_unusable(const base::Error& error) {
  return error.code() == base::ErrorCode::kCorrupt || error.code() == base::ErrorCode::kNotFound;
}

void run_in_order(std::size_t count, const std::function<void(std::size_t)>& task) {
  for (std::size_t i = 0; i < count; ++i) task(i);
}

base::Result<std::unique_ptr<SnapshotStore>> SnapshotStore::open(base::FileSystem& files,
                                                                 const std::string& folder,
                                                                 const LaneIdentity& identity) {
  CORTADO_TRY(files.create_directories(folder));
  return std::unique_ptr<SnapshotStore>(std::make_unique<StoreImpl>(files, folder, identity));
}

}  // namespace cortado::checkpoint
