// rooms: checkpoint
// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// A manifest or a stored blob of any bytes: refused, or read as exactly what a writer would write.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/checkpoint/blob.h"
#include "cortado/checkpoint/manifest.h"

namespace {

using cortado::checkpoint::decode_manifest;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_manifest(std::string_view bytes) {
  const auto manifest = decode_manifest(bytes);
  if (!manifest.ok()) return;
  for (const auto& entry : manifest->entries) {
    require(entry.pack < manifest->packs.size());
    require(entry.offset <= manifest->packs[entry.pack].size);
    require(entry.stored_size <= manifest->packs[entry.pack].size - entry.offset);
  }
  const auto again = decode_manifest(encode(*manifest));
  require(again.ok() && again->entries == manifest->entries && again->packs == manifest->packs);
}

/// The same bytes behind a checksum that fits, so that the rest of the reader is reached.
void read_sealed_manifest(std::string_view bytes) {
  std::string sealed(bytes.substr(0, bytes.size() - 4));
  cortado::base::ByteWriter(sealed).u32(cortado::base::crc32c(sealed));
  read_manifest(sealed);
}

void read_blob(std::string_view bytes) {
  constexpr std::uint32_t kMostBytes = 1U << 20;
  cortado::base::ByteReader reader(bytes);
  const std::uint32_t raw_size = reader.u32() % kMostBytes;
  const std::string_view stored = bytes.substr(reader.position());
  const auto raw = cortado::checkpoint::decompress(stored, raw_size, cortado::base::crc32c(stored));
  require(!raw.ok() || raw->size() == raw_size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_manifest(bytes);
  if (size >= 4) read_sealed_manifest(bytes);
  read_blob(bytes);
  return 0;
}
