// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "snapshot_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "snapshot_files.h"

namespace cortado::checkpoint {
namespace {

/// Blobs read from disk before they are unpacked together; bounds the memory of a load.
constexpr std::size_t kGroup = 64;

}  // namespace

base::Status SnapshotReader::check_packs(const Manifest& manifest) const {
  for (const PackFile& pack : manifest.packs) {
    CORTADO_ASSIGN(const std::string header,
                   files_.read_range(path(pack.name), 0, kPackHeaderSize));
    if (header != pack_header()) {
      return base::Error(base::ErrorCode::kCorrupt, pack.name + ": wrong magic or version");
    }
    const auto last = static_cast<std::int64_t>(pack.size) - 1;
    CORTADO_TRY(files_.read_range(path(pack.name), std::max<std::int64_t>(last, 0), 1));
  }
  return {};
}

base::Result<std::string> SnapshotReader::read_stored(const Manifest& manifest,
                                                      const BlobEntry& entry) const {
  return files_.read_range(path(manifest.packs[entry.pack].name),
                           static_cast<std::int64_t>(entry.offset), entry.stored_size);
}

base::Status SnapshotReader::read(const Manifest& manifest,
                                  std::span<const BlobEntry* const> entries, BlobReceiver& receiver,
                                  const TaskRunner& runner) const {
  // In the order in which they lie: whoever keeps packs far away fetches large pieces of them.
  std::vector<const BlobEntry*> ordered(entries.begin(), entries.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const BlobEntry* a, const BlobEntry* b) {
    return std::pair(a->pack, a->offset) < std::pair(b->pack, b->offset);
  });
  const std::span<const BlobEntry* const> all(ordered);
  for (std::size_t first = 0; first < all.size(); first += kGroup) {
    const std::size_t count = std::min(kGroup, all.size() - first);
    CORTADO_TRY(read_group(manifest, all.subspan(first, count), receiver, runner));
  }
  return {};
}

base::Status SnapshotReader::read_group(const Manifest& manifest,
                                        std::span<const BlobEntry* const> entries,
                                        BlobReceiver& receiver, const TaskRunner& runner) const {
  std::vector<std::string> stored(entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CORTADO_ASSIGN(stored[i], read_stored(manifest, *entries[i]));
  }
  std::vector<base::Status> results(entries.size());
  runner(entries.size(), [&](std::size_t i) {
    const BlobEntry& entry = *entries[i];
    const auto raw = decompress(stored[i], entry.raw_size, entry.crc32c);
    results[i] = raw.ok() ? receiver.blob(entry.device, entry.next, *raw)
                          : raw.error().with_context(manifest.packs[entry.pack].name);
  });
  for (const base::Status& result : results) CORTADO_TRY(result);
  return {};
}

base::Result<std::vector<const BlobEntry*>> find_entries(
    const Manifest& manifest, std::span<const std::string_view> devices) {
  std::vector<const BlobEntry*> found;
  for (const std::string_view device : devices) {
    const auto at = std::lower_bound(
        manifest.entries.begin(), manifest.entries.end(), device,
        [](const BlobEntry& entry, std::string_view name) { return entry.device < name; });
    if (at == manifest.entries.end() || at->device != device) {
      return base::Error(base::ErrorCode::kInternal,
                         "the newest snapshot has no state of device " + std::string(device));
    }
    found.push_back(&*at);
  }
  return found;
}

}  // namespace cortado::checkpoint
