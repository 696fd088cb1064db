// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "../src/chunk_log.h"

namespace cortado::kafka::testing {

/// A partition whose records a test can change; counts what is read.
class MemoryChunkLog final : public ChunkLog {
 public:
  struct Record {
    std::int64_t offset;
    std::string key;
    std::optional<std::string> value;
  };

  base::Result<Bounds> bounds() override {
    return Bounds{base::Offset(records.empty() ? end : records.front().offset), base::Offset(end)};
  }

  base::Status read(base::Offset begin, base::Offset limit,
                    const std::function<bool(const LogEntry&)>& receive) override {
    ++reads;
    for (const Record& record : records) {
      if (record.offset < begin.get() || record.offset >= limit.get()) continue;
      ++records_read;
      LogEntry entry{base::Offset(record.offset), record.key, std::nullopt};
      if (record.value) entry.value = *record.value;
      if (!receive(entry)) break;
    }
    return {};
  }

  base::Status append(std::span<const NewEntry> entries) override {
    for (const NewEntry& entry : entries) {
      if (fails_after == 0) return base::Error(base::ErrorCode::kUnavailable, "no broker");
      --fails_after;
      records.push_back({end++, entry.key, entry.value});
    }
    return {};
  }

  /// Keep the last record of each key, as compaction does.
  void compact() {
    std::map<std::string, std::int64_t> last;
    for (const Record& record : records) last[record.key] = record.offset;
    std::erase_if(records, [&](const Record& record) {
      return last[record.key] != record.offset || !record.value;
    });
  }

  std::vector<Record> records;
  std::int64_t end = 0;
  std::int64_t fails_after = -1;
  int reads = 0;
  int records_read = 0;
};

}  // namespace cortado::kafka::testing
