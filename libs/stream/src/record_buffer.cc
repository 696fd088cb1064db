// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "record_buffer.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>

namespace cortado::stream {
namespace {

constexpr std::size_t kChunkSize = 256 * 1024;
constexpr std::size_t kAlignment = alignof(base::RawHeader);

static_assert(std::is_trivially_copyable_v<base::RawHeader>);

}  // namespace

void RecordBuffer::add(const base::RawRecord& record, std::string_view topic) {
  base::RawRecord copied = record;
  copied.topic = topic;
  if (record.key) copied.key = copy(*record.key);
  if (record.value) copied.value = copy(*record.value);
  copied.headers = copy(record.headers);
  records_.push_back(copied);
}

void RecordBuffer::drop_front(std::size_t count) {
  if (count >= size()) return clear();
  first_ += count;
  if (first_ < size()) return;
  // Half of the memory holds nothing any more.
  RecordBuffer kept;
  for (const base::RawRecord& record : records()) kept.add(record, record.topic);
  *this = std::move(kept);
}

void RecordBuffer::clear() {
  records_.clear();
  first_ = 0;
  large_.clear();
  chunk_ = 0;
  used_ = 0;
  bytes_ = 0;
}

std::byte* RecordBuffer::allocate(std::size_t size) {
  size = (size + kAlignment - 1) / kAlignment * kAlignment;
  bytes_ += size;
  if (size > kChunkSize) {
    large_.push_back({std::make_unique<std::byte[]>(size), size});
    return large_.back().memory.get();
  }
  if (chunk_ < chunks_.size() && used_ + size > kChunkSize) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) {
    chunks_.push_back({std::make_unique<std::byte[]>(kChunkSize), kChunkSize});
  }
  std::byte* const place = chunks_[chunk_].memory.get() + used_;
  used_ += size;
  return place;
}

std::string_view RecordBuffer::copy(std::string_view bytes) {
  if (bytes.empty()) return "";  // not null
  std::byte* const place = allocate(bytes.size());
  std::memcpy(place, bytes.data(), bytes.size());
  return {reinterpret_cast<const char*>(place), bytes.size()};
}

std::span<const base::RawHeader> RecordBuffer::copy(std::span<const base::RawHeader> headers) {
  if (headers.empty()) return {};
  auto* const place =
      reinterpret_cast<base::RawHeader*>(allocate(headers.size() * sizeof(base::RawHeader)));
  for (std::size_t i = 0; i < headers.size(); ++i) {
    auto* const header = new (place + i) base::RawHeader{copy(headers[i].key), std::nullopt};
    if (headers[i].value) header->value = copy(*headers[i].value);
  }
  return {place, headers.size()};
}

}  // namespace cortado::stream
