// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "topic_files.h"

#include <algorithm>

#include "state_chunk.h"

namespace cortado::kafka {
namespace {

using base::Error;
using base::ErrorCode;

/// Pieces kept in memory: whoever loads a lane reads blob after blob out of the same pieces.
constexpr std::size_t kPiecesKept = 64;
/// Pieces fetched at once by whoever reads on where the last fetch ended.
constexpr std::uint32_t kReadAhead = 32;

std::string name_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

}  // namespace

base::Status TopicFiles::catch_up() {
  CORTADO_ASSIGN(const ChunkLog::Bounds bounds, log_->bounds());
  const base::Offset begin = std::max(read_to_, bounds.begin);
  if (begin >= bounds.end) return {};
  CORTADO_TRY(log_->read(begin, bounds.end, [this](const LogEntry& entry) {
    take(entry);
    return true;
  }));
  read_to_ = bounds.end;
  return {};
}

void TopicFiles::take(const LogEntry& entry) {
  const auto key = decode_key(entry.key);
  const auto gone = key ? gone_.find(key->name) : gone_.end();
  if (gone == gone_.end()) return index_.take(entry);
  // Its deletion ends what is to be remembered: names are never used twice.
  if (!entry.value) gone_.erase(gone);
}

base::Result<std::vector<std::string>> TopicFiles::list(const std::string& /*path*/) {
  const std::lock_guard lock(mutex_);
  CORTADO_TRY(catch_up());
  std::vector<std::string> names;
  for (const auto& [name, object] : index_.objects()) names.push_back(name);
  return names;
}

base::Result<TopicFiles::Span> TopicFiles::find(const std::string& path) {
  const std::lock_guard lock(mutex_);
  Span span{.name = name_of(path), .object = {}};
  const ChunkIndex::Object* object = index_.find(span.name);
  if (object == nullptr || !object->whole()) {
    CORTADO_TRY(catch_up());
    object = index_.find(span.name);
  }
  if (object == nullptr) return Error(ErrorCode::kNotFound, place_ + " has no " + span.name);
  span.object = *object;
  return span;
}

base::Result<std::string> TopicFiles::read_file(const std::string& path) {
  CORTADO_ASSIGN(const Span span, find(path));
  if (!span.object.whole()) return std::string();
  return read_range(path, 0, static_cast<std::int64_t>(span.object.size));
}

base::Result<std::string> TopicFiles::read_range(const std::string& path, std::int64_t offset,
                                                 std::int64_t size) {
  CORTADO_ASSIGN(const Span span, find(path));
  if (!span.object.whole())
    return Error(ErrorCode::kCorrupt, place_ + ": " + span.name + " is damaged or not whole");
  const auto all = static_cast<std::int64_t>(span.object.size);
  if (offset < 0 || size < 0 || size > all || offset > all - size) {
    return Error(ErrorCode::kCorrupt,
                 place_ + ": " + span.name + " is shorter than its manifest says");
  }
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(size));
  auto at = static_cast<std::uint64_t>(offset);
  const std::uint64_t end = at + static_cast<std::uint64_t>(size);
  while (at < end) {
    CORTADO_ASSIGN(const Piece part, piece(span, static_cast<std::uint32_t>(at / kChunkSize)));
    const std::uint64_t within = at % kChunkSize;
    const std::uint64_t taken = std::min(end - at, part->size() - within);
    bytes.append(*part, within, taken);
    at += taken;
  }
  return bytes;
}

base::Result<TopicFiles::Piece> TopicFiles::piece(const Span& span, std::uint32_t index) {
  const std::string key = encode_key({span.name, index});
  bool on = false;
  {
    const std::lock_guard lock(mutex_);
    if (Piece known = cached(key)) return known;
    on = expected_ == key;
  }
  const std::uint32_t last = on ? std::min(index + kReadAhead, span.object.count) - 1 : index;
  CORTADO_TRY(fetch(span, index, last));
  const std::lock_guard lock(mutex_);
  expected_ = encode_key({span.name, last + 1});
  if (Piece known = cached(key)) return known;
  return Error(ErrorCode::kNotFound, place_ + ": " + key + " is gone; was it compacted away?");
}

base::Status TopicFiles::fetch(const Span& span, std::uint32_t first, std::uint32_t last) {
  std::uint32_t wanted = first;
  const base::Offset begin = *span.object.places.at(first);
  const base::Offset end(span.object.places.at(last)->get() + 1);
  base::Status status;
  CORTADO_TRY(log_->read(begin, end, [&](const LogEntry& entry) {
    const auto key = decode_key(entry.key);
    if (!key || key->name != span.name || !entry.value) return true;
    const auto chunk = decode_chunk(*entry.value);
    if (!chunk.ok()) {
      status = chunk.error().with_context(place_);
      return false;
    }
    const std::lock_guard lock(mutex_);
    keep(std::string(entry.key), std::make_shared<const std::string>(chunk->payload));
    return key->index != last && ++wanted <= last;
  }));
  return status;
}

TopicFiles::Piece TopicFiles::cached(const std::string& key) {
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  recent_.splice(recent_.begin(), recent_, found->second);
  return found->second->second;
}

void TopicFiles::keep(const std::string& key, Piece piece) {
  if (cached(key)) return;
  recent_.emplace_front(key, std::move(piece));
  places_[key] = recent_.begin();
  if (recent_.size() <= kPiecesKept) return;
  places_.erase(recent_.back().first);
  recent_.pop_back();
}

base::Status TopicFiles::write_file_atomically(const std::string& path, std::string_view bytes) {
  const std::string name = name_of(path);
  const std::vector<Chunk> chunks = split(bytes);
  std::vector<NewEntry> entries;
  for (const Chunk& chunk : chunks)
    entries.push_back({encode_key({name, chunk.index}), encode_chunk(chunk)});
  CORTADO_TRY(log_->append(entries));
  // Where the pieces lie is known once the topic is read again, which few files need.
  const std::lock_guard lock(mutex_);
  index_.add(name, {.size = bytes.size(),
                    .count = chunks.front().count,
                    .written_ms = std::nullopt,
                    .places = {}});
  return {};
}

base::Status TopicFiles::remove_file(const std::string& path) {
  const std::string name = name_of(path);
  const std::lock_guard lock(mutex_);
  const ChunkIndex::Object* const object = index_.find(name);
  if (object == nullptr) return Error(ErrorCode::kNotFound, place_ + " has no " + name);
  for (std::uint32_t i = 0; i < object->count; ++i) removed_.push_back(encode_key({name, i}));
  for (const auto& [index, place] : object->places) {
    if (index >= object->count) removed_.push_back(encode_key({name, index}));
  }
  index_.erase(name);
  gone_.insert(name);
  return {};
}

bool TopicFiles::exists(const std::string& path) { return find(path).ok(); }

base::Result<std::unique_ptr<base::FileLock>> TopicFiles::lock(const std::string& path) {
  return Error(ErrorCode::kUnsupported, place_ + " cannot lock " + path);
}

std::optional<base::EpochMillis> TopicFiles::written(const std::string& path) {
  const auto span = find(path);
  return span.ok() ? span->object.written_ms : std::nullopt;
}

std::vector<std::string> TopicFiles::take_removed() {
  const std::lock_guard lock(mutex_);
  return std::exchange(removed_, {});
}

base::Status TopicFiles::discard(const std::vector<std::string>& keys) {
  std::vector<NewEntry> entries;
  for (const std::string& key : keys) entries.push_back({key, std::nullopt});
  return entries.empty() ? base::Status() : log_->append(entries);
}

}  // namespace cortado::kafka
