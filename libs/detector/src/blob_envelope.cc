// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "blob_envelope.h"

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/base/hash.h"
#include "cortado/detector/blob_facts.h"

namespace cortado::detector {
namespace {

constexpr std::string_view kMagic = "CTDB";
constexpr std::uint16_t kFormatVersion = 1;
constexpr std::size_t kVersionBytes = 4;
constexpr std::size_t kHashBytes = 8;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kHeadBytes = kMagic.size() + kVersionBytes + kHashBytes;

base::Error unsupported(const std::string& text) {
  return base::Error(base::ErrorCode::kUnsupported, "device blob: " + text);
}

base::Status check_head(base::ByteReader head, std::uint64_t model_hash) {
  // The format version was read before the checksum could be found.
  head.u16();
  const std::uint16_t algorithm = head.u16();
  if (algorithm < kOldestAlgorithmVersion || algorithm > kAlgorithmVersion) {
    return unsupported("algorithm version " + std::to_string(algorithm) + ", this build goes on " +
                       "from " + std::to_string(kOldestAlgorithmVersion) + " to " +
                       std::to_string(kAlgorithmVersion));
  }
  if (head.u64() != model_hash) {
    return unsupported("made by another detector configuration; use that one, or begin anew");
  }
  return {};
}

}  // namespace

base::Error corrupt_blob(const std::string& text) {
  return base::Error(base::ErrorCode::kCorrupt, "device blob: " + text);
}

std::size_t begin_blob(std::uint64_t model_hash, std::string& out) {
  const std::size_t start = out.size();
  base::ByteWriter writer(out);
  writer.raw(kMagic);
  writer.u16(kFormatVersion);
  writer.u16(kAlgorithmVersion);
  writer.u64(model_hash);
  return start;
}

void end_blob(std::size_t start, std::string& out) {
  base::ByteWriter(out).u32(base::crc32c(std::string_view(out).substr(start)));
}

base::Result<std::string_view> open_blob(std::string_view blob, std::uint64_t model_hash) {
  if (blob.size() < kHeadBytes + kChecksumBytes || !blob.starts_with(kMagic)) {
    return corrupt_blob("not a device blob");
  }
  const base::ByteReader head(blob.substr(kMagic.size()));
  const std::uint16_t version = base::ByteReader(head).u16();
  if (version != kFormatVersion) {
    return unsupported("format version " + std::to_string(version) + ", this build reads " +
                       std::to_string(kFormatVersion));
  }
  const std::string_view content = blob.substr(0, blob.size() - kChecksumBytes);
  base::ByteReader tail(blob.substr(content.size()));
  if (tail.u32() != base::crc32c(content)) return corrupt_blob("wrong checksum");
  CORTADO_TRY(check_head(head, model_hash));
  return content.substr(kHeadBytes);
}

base::Result<BlobFacts> read_blob_facts(std::string_view blob) {
  constexpr std::size_t kStatisticsBytes = 16;
  if (blob.size() < kHeadBytes + kStatisticsBytes + kChecksumBytes || !blob.starts_with(kMagic)) {
    return corrupt_blob("not a device blob");
  }
  const std::string_view content = blob.substr(0, blob.size() - kChecksumBytes);
  base::ByteReader tail(blob.substr(content.size()));
  if (tail.u32() != base::crc32c(content)) return corrupt_blob("wrong checksum");
  base::ByteReader reader(content.substr(kMagic.size()));
  BlobFacts facts;
  facts.format_version = reader.u16();
  facts.algorithm_version = reader.u16();
  facts.model_hash = base::to_hex(reader.u64());
  facts.sequence = reader.i64();
  facts.model_age = reader.i64();
  return facts;
}

}  // namespace cortado::detector
