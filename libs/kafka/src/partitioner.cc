// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/partitioner.h"

#include <cstddef>

namespace cortado::kafka {
namespace {

constexpr std::uint32_t kSeed = 0x9747b28c;
constexpr std::uint32_t kMultiplier = 0x5bd1e995;
constexpr int kShift = 24;

std::uint32_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

std::uint32_t word_at(std::string_view bytes, std::size_t i) {
  return byte_at(bytes, i) | byte_at(bytes, i + 1) << 8 | byte_at(bytes, i + 2) << 16 |
         byte_at(bytes, i + 3) << 24;
}

}  // namespace

std::uint32_t murmur2(std::string_view bytes) {
  std::uint32_t hash = kSeed ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    std::uint32_t word = word_at(bytes, i) * kMultiplier;
    word = (word ^ word >> kShift) * kMultiplier;
    hash = hash * kMultiplier ^ word;
  }
  if (i < bytes.size()) {
    for (std::size_t j = bytes.size(); j-- > i;) hash ^= byte_at(bytes, j) << (8 * (j - i));
    hash *= kMultiplier;
  }
  hash = (hash ^ hash >> 13) * kMultiplier;
  return hash ^ hash >> 15;
}

base::Partition partition_of_key(std::string_view key, int partitions) {
  const std::uint32_t positive = murmur2(key) & 0x7fffffffU;
  return base::Partition(
      static_cast<std::int32_t>(positive % static_cast<std::uint32_t>(partitions)));
}

}  // namespace cortado::kafka
