// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::checkpoint {

/// A device's state, compressed. Objects are reused: their capacity is kept.
struct CompressedBlob {
  std::string bytes;
  std::uint32_t raw_size = 0;
  std::uint32_t crc32c = 0;  ///< of `bytes`
};

/// Compress with zstd; any thread. **Errors:** kInvalidArgument above 1 GiB; kInternal from zstd.
base::Status compress(std::string_view raw, CompressedBlob& out);

/// Give back the raw bytes. **Errors:** kCorrupt, whatever byte or size is wrong.
base::Result<std::string> decompress(std::string_view bytes, std::uint32_t raw_size,
                                     std::uint32_t crc32c);

}  // namespace cortado::checkpoint
