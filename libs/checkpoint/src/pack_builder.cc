// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "pack_builder.h"

#include <algorithm>

#include "cortado/base/crc32c.h"
#include "snapshot_files.h"

namespace cortado::checkpoint {
namespace {

/// A pack is written out at this size, which bounds the memory that a snapshot takes.
constexpr std::size_t kPackSize = 64U << 20;
/// What one snapshot copies at most.
constexpr std::uint64_t kMostCopied = 32U << 20;

}  // namespace

PackBuilder::PackBuilder(base::FileSystem& files, std::string folder, std::uint64_t number,
                         std::uint64_t writer)
    : files_(files),
      folder_(std::move(folder)),
      number_(number),
      writer_(writer),
      bytes_(pack_header()) {}

std::set<std::string, std::less<>> PackBuilder::devices() const {
  std::set<std::string, std::less<>> devices;
  for (const auto& [device, place] : entries_) devices.insert(device);
  return devices;
}

base::Status PackBuilder::add(BlobEntry entry, std::string_view stored) {
  entry.offset = bytes_.size();
  bytes_.append(stored);
  pending_.push_back(entry.device);
  std::string device = entry.device;
  entries_[std::move(device)] = Place{.entry = std::move(entry), .pack = {}};
  return bytes_.size() < kPackSize ? base::Status() : flush();
}

void PackBuilder::refer(const BlobEntry& entry, const PackFile& pack) {
  entries_[entry.device] = Place{.entry = entry, .pack = pack};
}

base::Status PackBuilder::flush() {
  if (pending_.empty()) return {};
  const PackFile pack{.name = pack_name(number_, bytes_, writer_), .size = bytes_.size()};
  CORTADO_TRY(files_.write_file_atomically(folder_ + "/" + pack.name, bytes_));
  for (const std::string& device : pending_) entries_[device].pack = pack;
  pending_.clear();
  bytes_ = pack_header();
  return {};
}

void PackBuilder::finish(Manifest& manifest) const {
  std::map<std::string, std::uint32_t> indexes;
  for (const auto& [device, place] : entries_) {
    const auto [found, is_new] =
        indexes.emplace(place.pack.name, static_cast<std::uint32_t>(manifest.packs.size()));
    if (is_new) manifest.packs.push_back(place.pack);
    manifest.entries.push_back(place.entry);
    manifest.entries.back().pack = found->second;
  }
}

std::vector<bool> sparse_packs(const Manifest& manifest,
                               const std::set<std::string, std::less<>>& replaced) {
  std::vector<std::uint64_t> live(manifest.packs.size());
  for (const BlobEntry& entry : manifest.entries) {
    if (!replaced.contains(entry.device)) live[entry.pack] += entry.stored_size;
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (live[i] > 0 && live[i] < manifest.packs[i].size / 2) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&live](std::size_t a, std::size_t b) { return live[a] < live[b]; });
  std::vector<bool> sparse(live.size());
  std::uint64_t copied = 0;
  for (const std::size_t pack : order) {
    copied += live[pack];
    if (copied > kMostCopied) break;
    sparse[pack] = true;
  }
  return sparse;
}

base::Status check_stored(std::string_view stored, const BlobEntry& entry) {
  if (base::crc32c(stored) == entry.crc32c) return {};
  return base::Error(base::ErrorCode::kCorrupt,
                     "the stored state of device " + entry.device +
                         " has rotted: restart to go back to a sound snapshot");
}

}  // namespace cortado::checkpoint
