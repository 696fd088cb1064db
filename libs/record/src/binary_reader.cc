// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <numeric>

#include "binary_layout.h"
#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "cortado/record/binary_serde.h"
#include "json_members.h"

namespace cortado::record {
namespace {

base::Error corrupt(std::string_view what) {
  return base::Error(base::ErrorCode::kCorrupt,
                     "the binary record is damaged: " + std::string(what));
}

base::Status check_frame(std::string_view bytes) {
  if (!looks_binary(bytes)) return corrupt("it does not begin with C0 52");
  if (bytes.size() < kHeaderBytes + kChecksumBytes) return corrupt("it is cut");
  const auto version = static_cast<std::uint8_t>(bytes[2]);
  if (version != kBinaryVersion) {
    return base::Error(base::ErrorCode::kUnsupported,
                       "the binary record has version " + std::to_string(version) +
                           " and this program reads version " + std::to_string(kBinaryVersion));
  }
  base::ByteReader length(bytes.substr(4, 4));
  if (length.u32() != bytes.size() - kHeaderBytes - kChecksumBytes)
    return corrupt("its length is not what its header says");
  base::ByteReader checksum(bytes.substr(bytes.size() - kChecksumBytes));
  if (checksum.u32() != base::crc32c(bytes.substr(0, bytes.size() - kChecksumBytes)))
    return corrupt("its checksum is wrong");
  return {};
}

/// Reads the body of a record whose frame is sound.
class BodyReader {
 public:
  BodyReader(std::string_view body, std::uint8_t flags, MonitoringRecord& record)
      : reader_(body), flags_(flags), record_(record) {}

  base::Status read() {
    if ((flags_ & 0x80U) != 0) return corrupt("it has an unknown flag");
    if (!read_texts()) return corrupt("its texts are longer than it is");
    number((flags_ & kPrediction) != 0, record_.scores.prediction);
    number((flags_ & kError) != 0, record_.scores.error);
    number((flags_ & kAnomaly) != 0, record_.scores.anomaly);
    number((flags_ & kPredictionNext) != 0, record_.scores.prediction_next);
    if ((flags_ & kExtra) != 0) record_.set_extra_members(members());
    if ((flags_ & kOriginal) != 0) record_.set_original_members(members());
    if ((flags_ & kEnrichment) != 0) read_enrichment(record_.add_enrichment());
    if (!sound_ || !reader_.finished()) return corrupt("its content is not what its flags say");
    return {};
  }

 private:
  bool read_texts() {
    std::array<std::size_t, kFieldCount> sizes{};
    const std::size_t total = short_lengths(sizes) ? sum(sizes) : long_lengths(sizes);
    const std::string_view texts = reader_.raw(total);
    if (!reader_.ok() || !sound_) return false;
    texts.copy(record_.start(total), total);
    std::size_t at = 0;
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      record_.set_span(static_cast<Field>(i), at, sizes[i]);
      at += sizes[i];
    }
    return true;
  }

  /// The usual case, read at once: every text is shorter than 128 bytes, its length one byte.
  bool short_lengths(std::array<std::size_t, kFieldCount>& sizes) {
    base::ByteReader ahead = reader_;
    const std::string_view bytes = ahead.raw(kFieldCount);
    if (bytes.size() != kFieldCount) return false;
    unsigned all = 0;
    for (std::size_t i = 0; i < kFieldCount; ++i) {
      sizes[i] = static_cast<unsigned char>(bytes[i]);
      all |= static_cast<unsigned>(sizes[i]);
    }
    if (all >= 0x80) return false;
    reader_ = ahead;
    return true;
  }

  std::size_t long_lengths(std::array<std::size_t, kFieldCount>& sizes) {
    for (auto& size : sizes) size = length();
    return sum(sizes);
  }

  static std::size_t sum(const std::array<std::size_t, kFieldCount>& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  }

  /// Never more than what is left, so that sums cannot overflow.
  std::size_t length() {
    const std::uint64_t size = reader_.varint();
    sound_ = sound_ && size <= reader_.remaining();
    return sound_ ? static_cast<std::size_t>(size) : 0;
  }

  std::string_view text() { return reader_.raw(length()); }

  std::string_view members() {
    const std::string_view bytes = text();
    sound_ = sound_ && valid_members(bytes);
    return bytes;
  }

  void number(bool there, std::optional<double>& value) {
    value.reset();
    if (!there) return;
    value = reader_.f64();
    sound_ = sound_ && std::isfinite(*value);
  }

  std::int64_t count() {
    const std::uint64_t value = reader_.varint();
    sound_ = sound_ && value <= kMostCount;
    return static_cast<std::int64_t>(value);
  }

  void read_enrichment(Enrichment& enrichment) {
    const std::uint8_t flags = reader_.u8();
    const std::uint8_t status = reader_.u8();
    sound_ = sound_ && flags < 8 && status <= static_cast<int>(base::ScoreStatus::kInvalid);
    enrichment.status = static_cast<base::ScoreStatus>(sound_ ? status : 0);
    enrichment.sequence = count();
    enrichment.model_age = count();
    enrichment.schema_version = count();
    number((flags & kScore) != 0, enrichment.score);
    number((flags & kExpectedLow) != 0, enrichment.expected_low);
    number((flags & kExpectedHigh) != 0, enrichment.expected_high);
    enrichment.device = text();
    enrichment.reason = text();
    enrichment.model_hash = text();
  }

  base::ByteReader reader_;
  std::uint8_t flags_;
  MonitoringRecord& record_;
  bool sound_ = true;
};

}  // namespace

bool looks_binary(std::string_view bytes) { return bytes.substr(0, kMagic.size()) == kMagic; }

base::Status decode_binary(std::string_view bytes, MonitoringRecord& record) {
  CORTADO_TRY(check_frame(bytes));
  const std::string_view body =
      bytes.substr(kHeaderBytes, bytes.size() - kHeaderBytes - kChecksumBytes);
  return BodyReader(body, static_cast<std::uint8_t>(bytes[3]), record).read();
}

}  // namespace cortado::record
