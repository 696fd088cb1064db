// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::kafka {

/// Bytes of an object in one record: far below the brokers' default limit of 1 MiB.
inline constexpr std::size_t kChunkSize = 512U << 10;

/// Which piece of which object a record of the state topic holds; its key.
struct ChunkKey {
  std::string name;
  std::uint32_t index = 0;

  bool operator==(const ChunkKey&) const = default;
};

/// "<name>/<index>".
std::string encode_key(const ChunkKey& key);
/// None for a key that is not ours.
std::optional<ChunkKey> decode_key(std::string_view bytes);

/// One piece as docs/formats/state-topic.md says.
struct Chunk {
  std::uint32_t index = 0;
  std::uint32_t count = 0;        ///< of the object
  std::uint64_t object_size = 0;  ///< bytes of all its pieces
  std::string_view payload;       ///< a view of what was decoded
};

std::string encode_chunk(const Chunk& chunk);
/// **Errors:** kCorrupt, whatever byte is wrong; kUnsupported for another format version.
base::Result<Chunk> decode_chunk(std::string_view bytes);

/// Cut an object into chunks, at least one; the payloads are views of `bytes`.
std::vector<Chunk> split(std::string_view bytes);

}  // namespace cortado::kafka
