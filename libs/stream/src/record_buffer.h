// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "cortado/base/raw_record.h"

namespace cortado::stream {

/// Copies of records that live until clear(); the memory is kept for the next batch.
class RecordBuffer {
 public:
  /// Copy a record but for its topic, which becomes `topic` and must outlive the buffer.
  void add(const base::RawRecord& record, std::string_view topic);
  /// The records in the order added; valid until add() or clear().
  std::span<const base::RawRecord> records() const { return std::span(records_).subspan(first_); }
  std::size_t size() const { return records_.size() - first_; }
  /// Bytes that the records take, with those dropped whose memory is not free yet: at most as many.
  std::size_t bytes() const { return bytes_; }
  /// Forget the first records.
  void drop_front(std::size_t count);
  /// Forget the records. Chunks of the usual size stay, larger ones are freed.
  void clear();

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size = 0;
  };

  std::byte* allocate(std::size_t size);
  std::string_view copy(std::string_view bytes);
  std::span<const base::RawHeader> copy(std::span<const base::RawHeader> headers);

  std::vector<base::RawRecord> records_;
  std::size_t first_ = 0;  ///< of the records, those before it are dropped
  std::vector<Chunk> chunks_;
  std::vector<Chunk> large_;  ///< one for each piece above a chunk's size
  std::size_t chunk_ = 0;     ///< the chunk being filled
  std::size_t used_ = 0;      ///< of it
  std::size_t bytes_ = 0;
};

}  // namespace cortado::stream
