// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace cortado::base {

/// Which columns of a model's memories one record made active, and which of them burst because
/// nothing had predicted them. Reused from record to record: clear() keeps capacity.
class ColumnActivity {
 public:
  /// An active column; its number is below 32,768.
  struct Column {
    std::uint16_t number : 15;
    std::uint16_t burst : 1;
    bool operator==(const Column&) const = default;
  };

  void clear() {
    memories_.clear();
    columns_.clear();
  }
  bool empty() const { return memories_.empty(); }

  /// Begin a memory. `name` lives for ever; `size` is the number of its columns.
  void begin(std::string_view name, std::uint32_t size) {
    memories_.push_back({name, size, columns_.size()});
  }
  /// Add an active column of the memory just begun; ascending.
  void add(std::uint32_t number, bool burst) {
    columns_.push_back(
        {static_cast<std::uint16_t>(number & 0x7fffU), static_cast<std::uint16_t>(burst ? 1 : 0)});
  }

  std::size_t memories() const { return memories_.size(); }
  std::string_view name(std::size_t memory) const { return memories_[memory].name; }
  std::uint32_t size(std::size_t memory) const { return memories_[memory].size; }
  std::span<const Column> active(std::size_t memory) const {
    const std::size_t first = memories_[memory].first;
    const bool last = memory + 1 == memories_.size();
    const std::size_t end = last ? columns_.size() : memories_[memory + 1].first;
    return std::span(columns_).subspan(first, end - first);
  }

 private:
  struct Memory {
    std::string_view name;
    std::uint32_t size;
    std::size_t first;  ///< of its columns
  };

  std::vector<Memory> memories_;
  std::vector<Column> columns_;
};

}  // namespace cortado::base
