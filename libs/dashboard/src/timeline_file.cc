// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "timeline.h"

namespace cortado::dashboard {
namespace {

constexpr std::string_view kMagic = "CRTBATCH";
constexpr std::uint32_t kVersion = 0;
constexpr std::size_t kChecksum = 4;

void write(base::ByteWriter& out, const TimeSlot& slot) {
  for (const std::int64_t number :
       {slot.start_ms, slot.batches, slot.overruns, slot.input_rows, slot.dead_letters})
    out.i64(number);
  for (const double number : {slot.scheduling, slot.processing, slot.total, slot.scheduling_max,
                              slot.processing_max, slot.total_max})
    out.f64(number);
}

TimeSlot read_slot(base::ByteReader& in) {
  TimeSlot slot;
  for (std::int64_t* number :
       {&slot.start_ms, &slot.batches, &slot.overruns, &slot.input_rows, &slot.dead_letters})
    *number = in.i64();
  for (double* number : {&slot.scheduling, &slot.processing, &slot.total, &slot.scheduling_max,
                         &slot.processing_max, &slot.total_max})
    *number = in.f64();
  return slot;
}

template <typename Row>
auto counts_of(Row& row) {
  return std::array{&row.batch,        &row.time_ms, &row.input_rows, &row.enriched,
                    &row.dead_letters, &row.ignored, &row.invalid,    &row.alarms};
}

template <typename Row>
auto times_of(Row& row) {
  return std::array{
      &row.scheduling_delay, &row.processing_time, &row.total_delay, &row.poll, &row.score,
      &row.produce,          &row.commit,          &row.snapshot};
}

void write(base::ByteWriter& out, const PastBatch& batch) {
  out.i64(batch.run_ms);
  for (const std::int64_t* number : counts_of(batch.row)) out.i64(*number);
  for (const std::chrono::nanoseconds* time : times_of(batch.row)) out.i64(time->count());
  out.u8(batch.row.overrun ? 1 : 0);
}

PastBatch read_batch(base::ByteReader& in) {
  PastBatch batch;
  batch.run_ms = in.i64();
  for (std::int64_t* number : counts_of(batch.row)) *number = in.i64();
  for (std::chrono::nanoseconds* time : times_of(batch.row))
    *time = std::chrono::nanoseconds(in.i64());
  batch.row.overrun = in.u8() != 0;
  return batch;
}

base::Error corrupt(const std::string& why) {
  return base::Error(base::ErrorCode::kCorrupt, "the history of batches " + why);
}

/// The part between header and checksum. **Errors:** kCorrupt, kUnsupported.
base::Result<std::string_view> open(std::string_view bytes) {
  const std::size_t header = kMagic.size() + 4;
  if (bytes.size() < header + kChecksum || !bytes.starts_with(kMagic))
    return corrupt("is none or is cut off");
  base::ByteReader checksum(bytes.substr(bytes.size() - kChecksum));
  if (checksum.u32() != base::crc32c(bytes.substr(0, bytes.size() - kChecksum)))
    return corrupt("has a wrong checksum");
  base::ByteReader version(bytes.substr(kMagic.size()));
  if (version.u32() != kVersion)
    return base::Error(base::ErrorCode::kUnsupported,
                       "the history of batches has another format version");
  return bytes.substr(header, bytes.size() - header - kChecksum);
}

}  // namespace

std::string Timeline::save() const {
  std::string bytes;
  base::ByteWriter out(bytes);
  out.raw(kMagic);
  out.u32(kVersion);
  out.u32(static_cast<std::uint32_t>(coarse_.size()));
  out.u32(static_cast<std::uint32_t>(batches_.size()));
  for (std::size_t i = 0; i < coarse_.size(); ++i) write(out, coarse_[i]);
  for (std::size_t i = 0; i < batches_.size(); ++i) write(out, batches_[i]);
  out.u32(base::crc32c(bytes));
  return bytes;
}

base::Status Timeline::load(std::string_view bytes) {
  CORTADO_ASSIGN(const std::string_view content, open(bytes));
  base::ByteReader in(content);
  const std::uint32_t slots = in.u32();
  const std::uint32_t batches = in.u32();
  if (slots > kCoarseSlots || batches > kBatches)
    return corrupt("says that it is longer than one can be");
  Timeline read;
  for (std::uint32_t i = 0; i < slots; ++i) read.coarse_.push(read_slot(in), kCoarseSlots);
  for (std::uint32_t i = 0; i < batches; ++i) read.batches_.push(read_batch(in), kBatches);
  if (!in.finished()) return corrupt("has another length than it says");
  *this = std::move(read);
  return {};
}

}  // namespace cortado::dashboard
