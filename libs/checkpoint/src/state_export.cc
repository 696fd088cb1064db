// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/state_export.h"

#include <algorithm>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"

namespace cortado::checkpoint {
namespace {

constexpr std::string_view kMagic = "CTEX";
constexpr std::uint16_t kFormatVersion = 2;
constexpr std::uint16_t kPlainVersion = 1;  ///< without floors and dismissed offsets
constexpr std::uint8_t kDevice = 1;
constexpr std::uint8_t kEnd = 0;
constexpr std::size_t kChecksumSize = 4;
// Magic, version, two zero bytes, length of the rest of the head.
constexpr std::size_t kPrefixSize = 4 + 2 + 2 + 4;
// Lengths that no sound file exceeds bound what a damaged one makes us take.
constexpr std::uint32_t kMostHead = 64U << 20;
constexpr std::uint32_t kMostDeviceHead = 1U << 20;
constexpr std::uint32_t kMostBlob = 1U << 30;
constexpr std::size_t kLeastLane = 4 + 8 + 8 + 1;

bool has_floor(const ExportedLane& lane) { return lane.facts.floor > lane.facts.low_water; }

/// What earlier builds can read is written for them.
std::uint16_t version_of(const ExportHead& head) {
  const bool plain = std::none_of(
      head.lanes.begin(), head.lanes.end(),
      [](const ExportedLane& lane) { return has_floor(lane) || !lane.dismissed.empty(); });
  return plain ? kPlainVersion : kFormatVersion;
}

void write_offsets(base::ByteWriter& out, const std::vector<base::Offset>& offsets) {
  out.varint(offsets.size());
  for (const base::Offset offset : offsets) out.i64(offset.get());
}

std::string encode_lanes(const ExportHead& head, std::uint16_t version) {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.text(head.topic);
  out.u32(static_cast<std::uint32_t>(head.partition_count));
  out.text(head.hash_name);
  out.text(head.cluster_id);
  out.text(head.model_hash);
  out.varint(head.lanes.size());
  for (const ExportedLane& lane : head.lanes) {
    out.u32(static_cast<std::uint32_t>(lane.partition.get()));
    out.i64(lane.facts.next_offset.get());
    out.i64(lane.facts.low_water.get());
    write_offsets(out, lane.facts.skipped);
    if (version == kPlainVersion) continue;
    write_offsets(out, lane.dismissed);
    out.i64(has_floor(lane) ? lane.facts.floor.get() : 0);
  }
  return bytes;
}

std::string encode_device(const ExportedDevice& device) {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.text(device.device);
  out.u32(static_cast<std::uint32_t>(device.partition.get()));
  out.i64(device.next.get());
  out.u32(device.blob.raw_size);
  out.u32(static_cast<std::uint32_t>(device.blob.bytes.size()));
  out.u32(device.blob.crc32c);
  return bytes;
}

/// False if there are not so many, or they do not ascend.
bool read_offsets(base::ByteReader& reader, std::vector<base::Offset>& offsets) {
  const std::uint64_t count = reader.varint();
  if (!reader.ok() || count > reader.remaining() / sizeof(std::int64_t)) return false;
  for (std::uint64_t i = 0; i < count; ++i) offsets.emplace_back(reader.i64());
  return std::is_sorted(offsets.begin(), offsets.end());
}

/// Read what version 2 adds.
bool read_decisions(base::ByteReader& reader, ExportedLane& lane) {
  if (!read_offsets(reader, lane.dismissed)) return false;
  const auto& skipped = lane.facts.skipped;
  if (!std::includes(skipped.begin(), skipped.end(), lane.dismissed.begin(), lane.dismissed.end()))
    return false;
  lane.facts.floor = base::Offset(reader.i64());
  const bool none = lane.facts.floor == base::Offset(0);
  return reader.ok() && (none || (has_floor(lane) && lane.facts.floor <= lane.facts.next_offset));
}

/// Read one lane; false if the bytes are not those of one.
bool read_lane(base::ByteReader& reader, std::uint16_t version, ExportedLane& lane) {
  lane.partition = base::Partition(static_cast<std::int32_t>(reader.u32()));
  lane.facts.next_offset = base::Offset(reader.i64());
  lane.facts.low_water = base::Offset(reader.i64());
  if (!read_offsets(reader, lane.facts.skipped)) return false;
  return lane.partition.get() >= 0 && lane.facts.low_water.get() >= 0 &&
         lane.facts.low_water <= lane.facts.next_offset &&
         (version == kPlainVersion || read_decisions(reader, lane));
}

}  // namespace

base::Status ExportWriter::write(std::string_view bytes) {
  crc32c_ = base::crc32c(bytes, crc32c_);
  return sink_(bytes);
}

base::Status ExportWriter::begin(const ExportHead& head) {
  const std::uint16_t version = version_of(head);
  const std::string lanes = encode_lanes(head, version);
  std::string bytes(kMagic);
  base::ByteWriter out(bytes);
  out.u16(version);
  out.u16(0);
  out.u32(static_cast<std::uint32_t>(lanes.size()));
  out.raw(lanes);
  out.u32(base::crc32c(bytes));
  return write(bytes);
}

base::Status ExportWriter::add(const ExportedDevice& device) {
  const std::string head = encode_device(device);
  std::string bytes;
  base::ByteWriter out(bytes);
  out.u8(kDevice);
  out.u32(static_cast<std::uint32_t>(head.size()));
  out.raw(head);
  out.u32(base::crc32c(head));
  CORTADO_TRY(write(bytes));
  ++devices_;
  return write(device.blob.bytes);
}

base::Status ExportWriter::end() {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.u8(kEnd);
  out.u64(devices_);
  CORTADO_TRY(write(bytes));
  std::string checksum;
  base::ByteWriter(checksum).u32(crc32c_);
  return sink_(checksum);
}

base::Result<std::unique_ptr<ExportReader>> ExportReader::open(base::FileSystem& files,
                                                               const std::string& path) {
  std::unique_ptr<ExportReader> reader(new ExportReader(files, path));
  CORTADO_TRY(reader->read_head());
  return reader;
}

base::Error ExportReader::corrupt(const std::string& what) const {
  return {base::ErrorCode::kCorrupt, path_ + " is no sound state export: " + what};
}

base::Result<std::string> ExportReader::take(std::uint64_t size) {
  auto bytes = files_.read_range(path_, static_cast<std::int64_t>(position_),
                                 static_cast<std::int64_t>(size));
  if (!bytes.ok() && bytes.error().code() == base::ErrorCode::kCorrupt)
    return corrupt("it ends too early");
  CORTADO_TRY(bytes);
  position_ += size;
  return bytes;
}

base::Status ExportReader::read_head() {
  CORTADO_ASSIGN(const std::string prefix, take(kPrefixSize));
  if (!prefix.starts_with(kMagic)) return corrupt("wrong magic");
  base::ByteReader start(std::string_view(prefix).substr(kMagic.size()));
  const std::uint16_t version = start.u16();
  start.u16();
  const std::uint32_t length = start.u32();
  if (length > kMostHead) return corrupt("wrong length of the head");
  CORTADO_ASSIGN(const std::string rest, take(length + kChecksumSize));
  const std::string_view lanes = std::string_view(rest).substr(0, length);
  base::ByteReader checksum(std::string_view(rest).substr(length));
  if (checksum.u32() != base::crc32c(lanes, base::crc32c(prefix)))
    return corrupt("wrong checksum of the head");
  if (version < kPlainVersion || version > kFormatVersion) {
    return base::Error(base::ErrorCode::kUnsupported,
                       path_ + ": format version " + std::to_string(version) +
                           ", this build reads " + std::to_string(kPlainVersion) + " to " +
                           std::to_string(kFormatVersion));
  }
  crc32c_ = base::crc32c(rest, base::crc32c(prefix));
  base::ByteReader reader(lanes);
  head_.topic = reader.text();
  head_.partition_count = static_cast<std::int32_t>(reader.u32());
  head_.hash_name = reader.text();
  head_.cluster_id = reader.text();
  head_.model_hash = reader.text();
  const std::uint64_t count = reader.varint();
  if (!reader.ok() || count > reader.remaining() / kLeastLane) return corrupt("wrong lane count");
  for (std::uint64_t i = 0; i < count; ++i) {
    ExportedLane lane;
    const bool sound = read_lane(reader, version, lane);
    if (!sound || (!head_.lanes.empty() && head_.lanes.back().partition >= lane.partition))
      return corrupt("an impossible lane");
    head_.lanes.push_back(std::move(lane));
  }
  if (!reader.finished()) return corrupt("wrong length of the head");
  return version == version_of(head_) ? base::Status() : corrupt("nothing that needs its version");
}

base::Result<std::optional<ExportedDevice>> ExportReader::next() {
  CORTADO_ASSIGN(const std::string tag, take(1));
  crc32c_ = base::crc32c(tag, crc32c_);
  if (base::ByteReader(tag).u8() == kEnd) {
    CORTADO_TRY(read_end());
    return std::optional<ExportedDevice>();
  }
  if (base::ByteReader(tag).u8() != kDevice) return corrupt("an unknown piece");
  CORTADO_ASSIGN(const std::string size, take(4));
  const std::uint32_t length = base::ByteReader(size).u32();
  if (length > kMostDeviceHead) return corrupt("wrong length of a device");
  CORTADO_ASSIGN(const std::string head, take(length + kChecksumSize));
  base::ByteReader checksum(std::string_view(head).substr(length));
  const std::string_view fields = std::string_view(head).substr(0, length);
  if (checksum.u32() != base::crc32c(fields)) return corrupt("wrong checksum of a device");
  crc32c_ = base::crc32c(head, base::crc32c(size, crc32c_));

  base::ByteReader reader(fields);
  ExportedDevice device;
  device.device = reader.text();
  device.partition = base::Partition(static_cast<std::int32_t>(reader.u32()));
  device.next = base::Offset(reader.i64());
  device.blob.raw_size = reader.u32();
  const std::uint32_t stored = reader.u32();
  device.blob.crc32c = reader.u32();
  if (!reader.finished() || stored > kMostBlob) return corrupt("an impossible device");
  CORTADO_ASSIGN(device.blob.bytes, take(stored));
  if (base::crc32c(device.blob.bytes) != device.blob.crc32c)
    return corrupt("wrong checksum of the state of device " + device.device);
  crc32c_ = base::crc32c(device.blob.bytes, crc32c_);
  ++devices_;
  return std::optional(std::move(device));
}

base::Status ExportReader::read_end() {
  CORTADO_ASSIGN(const std::string count, take(8));
  crc32c_ = base::crc32c(count, crc32c_);
  CORTADO_ASSIGN(const std::string checksum, take(kChecksumSize));
  if (base::ByteReader(count).u64() != devices_) return corrupt("devices are missing");
  if (base::ByteReader(checksum).u32() != crc32c_) return corrupt("wrong checksum");
  const auto more = files_.read_range(path_, static_cast<std::int64_t>(position_), 1);
  return more.ok() ? base::Status(corrupt("something follows its end")) : base::Status();
}

}  // namespace cortado::checkpoint
