// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "state_chunk.h"

#include <algorithm>
#include <limits>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/base/option.h"

namespace cortado::kafka {
namespace {

constexpr std::string_view kMagic = "CTSC";
constexpr std::uint16_t kFormatVersion = 1;
constexpr std::size_t kHeadSize = 4 + 2 + 2 + 4 + 4 + 8;
constexpr std::size_t kChecksumSize = 4;

base::Error corrupt(const std::string& what) {
  return {base::ErrorCode::kCorrupt, "state chunk: " + what};
}

}  // namespace

std::string encode_key(const ChunkKey& key) { return key.name + "/" + std::to_string(key.index); }

std::optional<ChunkKey> decode_key(std::string_view bytes) {
  const std::size_t slash = bytes.rfind('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const auto index = base::parse_integer(bytes.substr(slash + 1));
  if (!index.ok() || *index < 0 || *index > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return ChunkKey{std::string(bytes.substr(0, slash)), static_cast<std::uint32_t>(*index)};
}

std::string encode_chunk(const Chunk& chunk) {
  std::string bytes;
  bytes.reserve(kHeadSize + chunk.payload.size() + kChecksumSize);
  base::ByteWriter out(bytes);
  out.raw(kMagic);
  out.u16(kFormatVersion);
  out.u16(0);
  out.u32(chunk.index);
  out.u32(chunk.count);
  out.u64(chunk.object_size);
  out.raw(chunk.payload);
  out.u32(base::crc32c(bytes));
  return bytes;
}

base::Result<Chunk> decode_chunk(std::string_view bytes) {
  if (bytes.size() < kHeadSize + kChecksumSize) return corrupt("too short");
  if (!bytes.starts_with(kMagic)) return corrupt("wrong magic");
  const std::string_view checked = bytes.substr(0, bytes.size() - kChecksumSize);
  if (base::ByteReader(bytes.substr(checked.size())).u32() != base::crc32c(checked))
    return corrupt("wrong checksum");
  base::ByteReader reader(checked.substr(kMagic.size()));
  const std::uint16_t version = reader.u16();
  if (version != kFormatVersion) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "state chunk: format version " + std::to_string(version) +
                           ", this build reads " + std::to_string(kFormatVersion));
  }
  if (reader.u16() != 0) return corrupt("reserved bytes are set");
  Chunk chunk;
  chunk.index = reader.u32();
  chunk.count = reader.u32();
  chunk.object_size = reader.u64();
  chunk.payload = reader.raw(reader.remaining());
  const bool whole =
      chunk.index + 1 < chunk.count
          ? chunk.payload.size() == kChunkSize
          : chunk.payload.size() + std::uint64_t{chunk.index} * kChunkSize == chunk.object_size;
  if (chunk.index >= chunk.count || !whole) return corrupt("an impossible place");
  return chunk;
}

std::vector<Chunk> split(std::string_view bytes) {
  const std::size_t count = std::max<std::size_t>(1, (bytes.size() + kChunkSize - 1) / kChunkSize);
  std::vector<Chunk> chunks;
  for (std::size_t i = 0; i < count; ++i) {
    chunks.push_back({.index = static_cast<std::uint32_t>(i),
                      .count = static_cast<std::uint32_t>(count),
                      .object_size = bytes.size(),
                      .payload = bytes.substr(i * kChunkSize, kChunkSize)});
  }
  return chunks;
}

}  // namespace cortado::kafka
