// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "chunk_index.h"

#include <algorithm>

#include "state_chunk.h"

namespace cortado::kafka {

bool ChunkIndex::Object::whole() const {
  return count > 0 && places.size() == count &&
         std::all_of(places.begin(), places.end(),
                     [](const auto& place) { return place.second.has_value(); });
}

void ChunkIndex::take(const LogEntry& entry) {
  const auto key = decode_key(entry.key);
  if (!key) return;
  if (!entry.value) {
    const auto found = objects_.find(key->name);
    if (found == objects_.end()) return;
    found->second.places.erase(key->index);
    if (found->second.places.empty()) objects_.erase(found);
    return;
  }
  Object& object = objects_[key->name];
  const auto chunk = decode_chunk(*entry.value);
  if (!chunk.ok() || chunk->index != key->index) {
    object.places[key->index].reset();
    return;
  }
  object.size = chunk->object_size;
  object.count = chunk->count;
  object.written_ms = entry.timestamp_ms;
  object.places[key->index] = entry.offset;
}

const ChunkIndex::Object* ChunkIndex::find(std::string_view name) const {
  const auto found = objects_.find(name);
  return found == objects_.end() ? nullptr : &found->second;
}

void ChunkIndex::erase(std::string_view name) {
  const auto found = objects_.find(name);
  if (found != objects_.end()) objects_.erase(found);
}

}  // namespace cortado::kafka
