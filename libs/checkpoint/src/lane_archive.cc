// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/lane_archive.h"

#include <algorithm>
#include <set>

#include "pack_builder.h"
#include "snapshot_files.h"
#include "snapshot_reader.h"

namespace cortado::checkpoint {
namespace {

/// Read a manifest; what is wrong with its bytes is no error.
base::Result<FoundSnapshot> look(base::FileSystem& files, const std::string& folder,
                                 const std::string& name) {
  CORTADO_ASSIGN(const std::string bytes, files.read_file(folder + "/" + name));
  FoundSnapshot found{.name = {.name = name, .hash = manifest_hash(bytes)}, .bytes = bytes.size()};
  auto manifest = decode_manifest(bytes);
  if (manifest.ok()) {
    found.manifest = std::move(manifest).value();
  } else {
    found.problem = manifest.error().message();
  }
  return found;
}

/// Note an error that says something about bytes; pass any other on.
base::Status note(const base::Status& status, const std::string& where,
                  std::vector<Damage>& damages) {
  if (status.ok()) return {};
  if (!is_unusable(status.error())) return status;
  damages.push_back({where, status.error().message()});
  return {};
}

}  // namespace

base::Result<std::vector<std::string>> LaneArchive::files() const {
  auto names = files_.list(folder_);
  if (!names.ok() && names.error().code() == base::ErrorCode::kNotFound)
    return std::vector<std::string>();
  CORTADO_TRY(names);
  std::erase_if(*names,
                [](const std::string& name) { return !number_of(name) && !is_leftover(name); });
  std::stable_partition(names->begin(), names->end(),
                        [](const std::string& name) { return is_manifest_name(name); });
  return names;
}

base::Result<std::vector<FoundSnapshot>> LaneArchive::snapshots() const {
  CORTADO_ASSIGN(const auto names, files());
  std::vector<FoundSnapshot> all;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!is_manifest_name(*name)) continue;
    CORTADO_ASSIGN(auto found, look(files_, folder_, *name));
    all.push_back(std::move(found));
  }
  return all;
}

base::Result<FoundSnapshot> LaneArchive::find(const SnapshotName& name) const {
  if (!is_manifest_name(name.name)) {
    return base::Error(base::ErrorCode::kNotFound,
                       folder_ + " has no manifest \"" + name.name + "\"");
  }
  CORTADO_ASSIGN(auto found, look(files_, folder_, name.name));
  if (!name.hash.empty() && found.name.hash != name.hash)
    found.problem = "its bytes are not those that the commit names";
  if (found.problem.empty()) return found;
  return base::Error(base::ErrorCode::kCorrupt, folder_ + "/" + name.name + ": " + found.problem);
}

base::Result<CompressedBlob> LaneArchive::read(const Manifest& manifest,
                                               const BlobEntry& entry) const {
  CompressedBlob blob{.bytes = {}, .raw_size = entry.raw_size, .crc32c = entry.crc32c};
  CORTADO_ASSIGN(blob.bytes, SnapshotReader(files_, folder_).read_stored(manifest, entry));
  CORTADO_TRY(check_stored(blob.bytes, entry));
  return blob;
}

base::Result<std::vector<Damage>> LaneArchive::verify(const Manifest& manifest) const {
  std::vector<Damage> damages;
  const SnapshotReader reader(files_, folder_);
  for (const PackFile& pack : manifest.packs) {
    Manifest only;
    only.packs = {pack};
    CORTADO_TRY(note(reader.check_packs(only), pack.name, damages));
  }
  for (const BlobEntry& entry : manifest.entries) {
    const auto stored = reader.read_stored(manifest, entry);
    base::Status status = stored.ok() ? base::Status() : base::Status(stored.error());
    if (stored.ok()) {
      const auto raw = decompress(*stored, entry.raw_size, entry.crc32c);
      if (!raw.ok()) status = raw.error();
    }
    CORTADO_TRY(note(status, entry.device, damages));
  }
  return damages;
}

base::Result<std::vector<std::string>> LaneArchive::unnamed(
    const std::vector<FoundSnapshot>& all) const {
  std::set<std::string> named;
  for (const FoundSnapshot& found : all) {
    if (!found.manifest) continue;
    named.insert(found.name.name);
    for (const PackFile& pack : found.manifest->packs) named.insert(pack.name);
  }
  CORTADO_ASSIGN(auto names, files());
  std::erase_if(names, [&](const std::string& name) { return named.contains(name); });
  return names;
}

}  // namespace cortado::checkpoint
