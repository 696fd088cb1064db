// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/manifest.h"

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "snapshot_files.h"

namespace cortado::checkpoint {
namespace {

constexpr std::string_view kMagic = "CTMF";
constexpr std::uint16_t kFormatVersion = 2;
constexpr std::uint16_t kOldestVersion = 1;  ///< without the settings hash
constexpr std::size_t kChecksumSize = 4;
// The fewest bytes that a pack and an entry take: bounds what a hostile count may reserve.
constexpr std::size_t kLeastPack = 4 + 8;
constexpr std::size_t kLeastEntry = 4 + 1 + 8 + 4 + 4 + 4 + 8;
constexpr std::size_t kLeastSkipped = 8;
constexpr std::size_t kLeastRefused = 4 + 8 + 8;
constexpr std::int64_t kStill = -1;  ///< in place of where a span ends that does not
// What follows the entries of some manifests alone, in this order.
constexpr std::uint8_t kFloor = 1;
constexpr std::uint8_t kRefused = 2;

base::Error corrupt(const std::string& what) {
  return base::Error(base::ErrorCode::kCorrupt, "manifest: " + what);
}

struct Envelope {
  std::uint16_t version = 0;
  std::string_view contents;
};

/// Check what encloses the contents of every version and return the contents.
base::Result<Envelope> open_envelope(std::string_view bytes) {
  if (bytes.size() < kMagic.size() + sizeof(kFormatVersion) + kChecksumSize) {
    return corrupt("too short");
  }
  if (!bytes.starts_with(kMagic)) return corrupt("wrong magic");
  const std::string_view checked = bytes.substr(0, bytes.size() - kChecksumSize);
  base::ByteReader checksum(bytes.substr(checked.size()));
  if (checksum.u32() != base::crc32c(checked)) return corrupt("wrong checksum");
  base::ByteReader version(checked.substr(kMagic.size()));
  const std::uint16_t number = version.u16();
  if (number < kOldestVersion || number > kFormatVersion) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "manifest: format version " + std::to_string(number) +
                           ", this build reads " + std::to_string(kOldestVersion) + " to " +
                           std::to_string(kFormatVersion));
  }
  return Envelope{.version = number,
                  .contents = checked.substr(kMagic.size() + sizeof(kFormatVersion))};
}

base::Status read_packs(base::ByteReader& reader, Manifest& manifest) {
  const std::uint64_t count = reader.varint();
  if (!reader.ok() || count > reader.remaining() / kLeastPack) return corrupt("wrong pack count");
  manifest.packs.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    PackFile pack;
    pack.name = reader.text();
    pack.size = reader.u64();
    if (!is_pack_name(pack.name)) return corrupt("wrong pack name");
    manifest.packs.push_back(std::move(pack));
  }
  return {};
}

base::Status read_facts(base::ByteReader& reader, SnapshotFacts& facts) {
  facts.next_offset = base::Offset(reader.i64());
  facts.low_water = base::Offset(reader.i64());
  const std::uint64_t count = reader.varint();
  if (!reader.ok() || count > reader.remaining() / kLeastSkipped)
    return corrupt("wrong skip count");
  for (std::uint64_t i = 0; i < count; ++i) {
    const base::Offset offset(reader.i64());
    if (!facts.skipped.empty() && facts.skipped.back() >= offset) {
      return corrupt("skipped offsets out of order");
    }
    facts.skipped.push_back(offset);
  }
  if (facts.low_water.get() < 0) return corrupt("negative offset");
  if (facts.low_water > facts.next_offset) return corrupt("low water above the next offset");
  return {};
}

base::Status check_entry(const Manifest& manifest, const BlobEntry& entry) {
  if (!manifest.entries.empty() && manifest.entries.back().device >= entry.device) {
    return corrupt("devices out of order");
  }
  if (entry.pack >= manifest.packs.size()) return corrupt("an entry names no pack");
  const std::uint64_t size = manifest.packs[entry.pack].size;
  if (entry.offset < kPackHeaderSize || entry.offset > size ||
      entry.stored_size > size - entry.offset) {
    return corrupt("an entry lies outside its pack");
  }
  return {};
}

base::Status read_entries(base::ByteReader& reader, Manifest& manifest) {
  const std::uint64_t count = reader.varint();
  if (!reader.ok() || count > reader.remaining() / kLeastEntry) return corrupt("wrong entry count");
  manifest.entries.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    BlobEntry entry;
    entry.device = reader.text();
    const std::uint64_t pack = reader.varint();
    if (pack >= manifest.packs.size()) return corrupt("an entry names no pack");
    entry.pack = static_cast<std::uint32_t>(pack);
    entry.offset = reader.u64();
    entry.stored_size = reader.u32();
    entry.raw_size = reader.u32();
    entry.crc32c = reader.u32();
    entry.next = base::Offset(reader.i64());
    CORTADO_TRY(check_entry(manifest, entry));
    manifest.entries.push_back(std::move(entry));
  }
  return {};
}

base::Status read_floor(base::ByteReader& reader, SnapshotFacts& facts) {
  facts.floor = base::Offset(reader.i64());
  if (!reader.ok() || facts.floor <= facts.low_water || facts.floor > facts.next_offset)
    return corrupt("an impossible floor");
  return {};
}

/// True if a span may follow another in the list.
bool follows(const RefusedSpan& last, const RefusedSpan& span) {
  if (last.device != span.device) return last.device < span.device;
  return last.to && *last.to <= span.from;
}

base::Status read_refused(base::ByteReader& reader, SnapshotFacts& facts) {
  const std::uint64_t count = reader.varint();
  if (!reader.ok() || count == 0 || count > reader.remaining() / kLeastRefused)
    return corrupt("wrong count of refused devices");
  facts.refused.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    RefusedSpan span;
    span.device = reader.text();
    span.from = base::Offset(reader.i64());
    const std::int64_t to = reader.i64();
    if (to != kStill) span.to = base::Offset(to);
    if (span.from.get() < 0 || (span.to && *span.to <= span.from) ||
        (!facts.refused.empty() && !follows(facts.refused.back(), span))) {
      return corrupt("refused devices out of order");
    }
    facts.refused.push_back(std::move(span));
  }
  return {};
}

base::Status read_extras(base::ByteReader& reader, SnapshotFacts& facts) {
  std::uint8_t last = 0;
  while (reader.ok() && reader.remaining() > 0) {
    const std::uint8_t tag = reader.u8();
    if (tag <= last || tag > kRefused) return corrupt("something unknown behind the entries");
    CORTADO_TRY(tag == kFloor ? read_floor(reader, facts) : read_refused(reader, facts));
    last = tag;
  }
  return {};
}

void write_refused(base::ByteWriter& out, const std::vector<RefusedSpan>& refused) {
  out.u8(kRefused);
  out.varint(refused.size());
  for (const RefusedSpan& span : refused) {
    out.text(span.device);
    out.i64(span.from.get());
    out.i64(span.to ? span.to->get() : kStill);
  }
}

void write_extras(base::ByteWriter& out, const SnapshotFacts& facts) {
  if (facts.floor > facts.low_water) {
    out.u8(kFloor);
    out.i64(facts.floor.get());
  }
  if (!facts.refused.empty()) write_refused(out, facts.refused);
}

}  // namespace

std::string encode(const Manifest& manifest) {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.raw(kMagic);
  out.u16(kFormatVersion);
  out.u64(manifest.number);
  out.text(manifest.identity.lane.topic);
  out.u32(static_cast<std::uint32_t>(manifest.identity.lane.partition.get()));
  out.u32(static_cast<std::uint32_t>(manifest.identity.partition_count));
  out.text(manifest.identity.hash_name);
  out.text(manifest.identity.cluster_id);
  out.text(manifest.identity.model_hash);
  out.u32(manifest.identity.algorithm_version);
  out.text(manifest.identity.settings_hash);
  out.i64(manifest.facts.next_offset.get());
  out.i64(manifest.facts.low_water.get());
  out.varint(manifest.facts.skipped.size());
  for (const base::Offset offset : manifest.facts.skipped) out.i64(offset.get());
  out.text(manifest.parent);
  out.varint(manifest.packs.size());
  for (const PackFile& pack : manifest.packs) {
    out.text(pack.name);
    out.u64(pack.size);
  }
  out.varint(manifest.entries.size());
  for (const BlobEntry& entry : manifest.entries) {
    out.text(entry.device);
    out.varint(entry.pack);
    out.u64(entry.offset);
    out.u32(entry.stored_size);
    out.u32(entry.raw_size);
    out.u32(entry.crc32c);
    out.i64(entry.next.get());
  }
  write_extras(out, manifest.facts);
  out.u32(base::crc32c(bytes));
  return bytes;
}

base::Result<Manifest> decode_manifest(std::string_view bytes) {
  CORTADO_ASSIGN(const Envelope envelope, open_envelope(bytes));
  base::ByteReader reader(envelope.contents);
  Manifest manifest;
  manifest.number = reader.u64();
  manifest.identity.lane.topic = reader.text();
  manifest.identity.lane.partition = base::Partition(static_cast<std::int32_t>(reader.u32()));
  manifest.identity.partition_count = static_cast<std::int32_t>(reader.u32());
  manifest.identity.hash_name = reader.text();
  manifest.identity.cluster_id = reader.text();
  manifest.identity.model_hash = reader.text();
  manifest.identity.algorithm_version = reader.u32();
  if (envelope.version > kOldestVersion) manifest.identity.settings_hash = reader.text();
  CORTADO_TRY(read_facts(reader, manifest.facts));
  manifest.parent = reader.text();
  if (!manifest.parent.empty() && !is_manifest_name(manifest.parent)) {
    return corrupt("wrong parent name");
  }
  CORTADO_TRY(read_packs(reader, manifest));
  CORTADO_TRY(read_entries(reader, manifest));
  if (envelope.version > kOldestVersion) CORTADO_TRY(read_extras(reader, manifest.facts));
  if (!reader.finished()) return corrupt("wrong length");
  return manifest;
}

}  // namespace cortado::checkpoint
