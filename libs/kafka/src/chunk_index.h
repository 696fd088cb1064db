// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chunk_log.h"
#include "cortado/base/ids.h"

namespace cortado::kafka {

/// Which objects a partition of the state topic holds, and at which offsets their pieces lie. Pure.
class ChunkIndex {
 public:
  struct Object {
    std::uint64_t size = 0;
    std::uint32_t count = 0;  ///< 0 = no sound piece of it was seen
    std::optional<base::EpochMillis> written_ms;
    std::map<std::uint32_t, std::optional<base::Offset>> places;  ///< none: that piece is damaged

    /// True if every piece is there and sound.
    bool whole() const;
  };

  /// Take the next record. Records of others are passed over.
  void take(const LogEntry& entry);
  /// Return an object, or nullptr.
  const Object* find(std::string_view name) const;
  void add(std::string name, Object object) { objects_[std::move(name)] = std::move(object); }
  void erase(std::string_view name);
  const std::map<std::string, Object, std::less<>>& objects() const { return objects_; }

 private:
  std::map<std::string, Object, std::less<>> objects_;
};

}  // namespace cortado::kafka
