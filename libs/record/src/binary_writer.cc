// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cmath>
#include <cstring>

#include "binary_layout.h"
#include "cortado/base/crc32c.h"
#include "cortado/record/binary_serde.h"

namespace cortado::record {
namespace {

bool present(const std::optional<double>& number) { return number && std::isfinite(*number); }

std::uint8_t flag_if(bool condition, std::uint8_t flag) { return condition ? flag : 0; }

std::uint8_t flags_of(const MonitoringRecord& record) {
  return static_cast<std::uint8_t>(
      flag_if(present(record.scores.prediction), kPrediction) |
      flag_if(present(record.scores.error), kError) |
      flag_if(present(record.scores.anomaly), kAnomaly) |
      flag_if(present(record.scores.prediction_next), kPredictionNext) |
      flag_if(!record.extra_members().empty(), kExtra) |
      flag_if(!record.original_members().empty(), kOriginal) |
      flag_if(record.enrichment() != nullptr, kEnrichment));
}

/// padded() may write so many bytes more than the text has.
constexpr std::size_t kSlack = 16;
static_assert(kSlack <= MonitoringRecord::kPadding);

/// Appends to a string whose memory was made large enough before.
class Packer {
 public:
  explicit Packer(char* at) : at_(at) {}

  char* at() const { return at_; }
  void u8(std::uint8_t value) { *at_++ = static_cast<char>(value); }
  void u32(std::uint32_t value) {
    for (int i = 0; i < 4; ++i) u8(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void f64(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i) u8(static_cast<std::uint8_t>(bits >> (8 * i)));
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) u8(static_cast<std::uint8_t>(value | 0x80U));
    u8(static_cast<std::uint8_t>(value));
  }
  void raw(std::string_view bytes) {
    bytes.copy(at_, bytes.size());
    at_ += bytes.size();
  }
  /// The same for a text with kPadding readable bytes behind it, as a record's have: short ones,
  /// which are the most, need no call and no loop.
  void padded(std::string_view bytes) {
    if (bytes.size() > kSlack) return raw(bytes);
    std::memcpy(at_, bytes.data(), kSlack);
    at_ += bytes.size();
  }
  void text(std::string_view bytes) {
    varint(bytes.size());
    raw(bytes);
  }
  void number(const std::optional<double>& value) {
    if (present(value)) f64(*value);
  }

 private:
  char* at_;
};

constexpr std::size_t kVarintMost = 10;
constexpr std::size_t kTextPrefixMost = 5;

std::size_t most_bytes(const MonitoringRecord& record) {
  std::size_t size = kHeaderBytes + kFieldCount * kTextPrefixMost + 4 * sizeof(double) +
                     2 * kTextPrefixMost + record.extra_members().size() +
                     record.original_members().size() + kSlack + kChecksumBytes;
  for (std::size_t i = 0; i < kFieldCount; ++i) size += record.text(static_cast<Field>(i)).size();
  if (const Enrichment* enrichment = record.enrichment()) {
    size += 2 + 3 * kVarintMost + 3 * sizeof(double) + 3 * kTextPrefixMost +
            enrichment->device.size() + enrichment->reason.size() + enrichment->model_hash.size();
  }
  return size;
}

void pack_texts(const MonitoringRecord& record, Packer& packer) {
  for (std::size_t i = 0; i < kFieldCount; ++i)
    packer.varint(record.text(static_cast<Field>(i)).size());
  for (std::size_t i = 0; i < kFieldCount; ++i) packer.padded(record.text(static_cast<Field>(i)));
}

void pack_enrichment(const Enrichment& enrichment, Packer& packer) {
  packer.u8(static_cast<std::uint8_t>(flag_if(present(enrichment.score), kScore) |
                                      flag_if(present(enrichment.expected_low), kExpectedLow) |
                                      flag_if(present(enrichment.expected_high), kExpectedHigh)));
  packer.u8(static_cast<std::uint8_t>(enrichment.status));
  packer.varint(static_cast<std::uint64_t>(enrichment.sequence));
  packer.varint(static_cast<std::uint64_t>(enrichment.model_age));
  packer.varint(static_cast<std::uint64_t>(enrichment.schema_version));
  packer.number(enrichment.score);
  packer.number(enrichment.expected_low);
  packer.number(enrichment.expected_high);
  packer.text(enrichment.device);
  packer.text(enrichment.reason);
  packer.text(enrichment.model_hash);
}

}  // namespace

void encode_binary(const MonitoringRecord& record, std::string& out) {
  const std::size_t begin = out.size();
  out.resize(begin + most_bytes(record));
  char* const frame = out.data() + begin;
  Packer packer(frame + kHeaderBytes);
  pack_texts(record, packer);
  packer.number(record.scores.prediction);
  packer.number(record.scores.error);
  packer.number(record.scores.anomaly);
  packer.number(record.scores.prediction_next);
  if (!record.extra_members().empty()) packer.text(record.extra_members());
  if (!record.original_members().empty()) packer.text(record.original_members());
  if (record.enrichment() != nullptr) pack_enrichment(*record.enrichment(), packer);
  const auto body = static_cast<std::size_t>(packer.at() - frame) - kHeaderBytes;
  Packer header(frame);
  header.raw(kMagic);
  header.u8(kBinaryVersion);
  header.u8(flags_of(record));
  header.u32(static_cast<std::uint32_t>(body));
  packer.u32(base::crc32c({frame, kHeaderBytes + body}));
  out.resize(begin + kHeaderBytes + body + kChecksumBytes);
}

}  // namespace cortado::record
