// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/blob.h"

#include <memory>

#include <zstd.h>

#include "cortado/base/crc32c.h"

namespace cortado::checkpoint {
namespace {

/// Model bytes hardly shrink further at higher levels, which cost several times more.
constexpr int kLevel = 1;
constexpr std::size_t kMostBytes = 1U << 30;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

base::Error corrupt(const std::string& what) {
  return base::Error(base::ErrorCode::kCorrupt, "blob: " + what);
}

}  // namespace

base::Status compress(std::string_view raw, CompressedBlob& out) {
  if (raw.size() > kMostBytes) {
    return base::Error(base::ErrorCode::kInvalidArgument,
                       "a device's state has " + std::to_string(raw.size()) +
                           " bytes, a snapshot takes " + std::to_string(kMostBytes));
  }
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  out.bytes.resize(ZSTD_compressBound(raw.size()));
  const std::size_t size = ZSTD_compressCCtx(context.get(), out.bytes.data(), out.bytes.size(),
                                             raw.data(), raw.size(), kLevel);
  if (ZSTD_isError(size) != 0) {
    return base::Error(base::ErrorCode::kInternal,
                       std::string("cannot compress: ") + ZSTD_getErrorName(size));
  }
  out.bytes.resize(size);
  out.raw_size = static_cast<std::uint32_t>(raw.size());
  out.crc32c = base::crc32c(out.bytes);
  return {};
}

base::Result<std::string> decompress(std::string_view bytes, std::uint32_t raw_size,
                                     std::uint32_t crc32c) {
  if (base::crc32c(bytes) != crc32c) return corrupt("wrong checksum");
  if (raw_size > kMostBytes ||
      ZSTD_getFrameContentSize(bytes.data(), bytes.size()) != std::uint64_t{raw_size}) {
    return corrupt("wrong size");
  }
  std::string raw(raw_size, '\0');
  const std::size_t size = ZSTD_decompress(raw.data(), raw.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0) return corrupt(ZSTD_getErrorName(size));
  if (size != raw_size) return corrupt("wrong size");
  return raw;
}

}  // namespace cortado::checkpoint
