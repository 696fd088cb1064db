// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/state_chunk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/file_system.h"

namespace cortado::kafka {
namespace {

using base::ErrorCode;

TEST(StateChunk, KeysNameAnObjectAndAPiece) {
  EXPECT_EQ(encode_key({"a-b.pack", 12}), "a-b.pack/12");
  EXPECT_EQ(decode_key("a-b.pack/12"), (ChunkKey{"a-b.pack", 12}));
  EXPECT_EQ(decode_key("a/b/0"), (ChunkKey{"a/b", 0}));
  for (const char* key : {"", "/", "/1", "a", "a/", "a/x", "a/-1", "a/4294967296", "a/1.0"}) {
    EXPECT_FALSE(decode_key(key)) << key;
  }
}

TEST(StateChunk, CutsAtTheChunkSize) {
  struct Case {
    std::size_t size;
    std::vector<std::size_t> pieces;
  };
  const Case cases[] = {{0, {0}},
                        {1, {1}},
                        {kChunkSize - 1, {kChunkSize - 1}},
                        {kChunkSize, {kChunkSize}},
                        {kChunkSize + 1, {kChunkSize, 1}},
                        {2 * kChunkSize, {kChunkSize, kChunkSize}},
                        {3 * kChunkSize - 7, {kChunkSize, kChunkSize, kChunkSize - 7}}};
  for (const Case& item : cases) {
    const std::string bytes(item.size, 'x');
    std::vector<std::size_t> pieces;
    for (const Chunk& chunk : split(bytes)) {
      EXPECT_EQ(chunk.index, pieces.size());
      EXPECT_EQ(chunk.count, item.pieces.size());
      EXPECT_EQ(chunk.object_size, item.size);
      pieces.push_back(chunk.payload.size());
      const std::string encoded = encode_chunk(chunk);
      const auto decoded = decode_chunk(encoded);
      ASSERT_TRUE(decoded.ok()) << decoded.error().message();
      EXPECT_EQ(decoded->payload, chunk.payload);
    }
    EXPECT_EQ(pieces, item.pieces);
  }
}

TEST(StateChunk, RefusesEveryFlippedBitAndEveryCut) {
  const std::string sound = encode_chunk(split("some state").front());
  for (std::size_t i = 0; i < sound.size(); ++i) {
    std::string broken = sound;
    broken[i] = static_cast<char>(broken[i] ^ (1 << (i % 8)));
    EXPECT_EQ(decode_chunk(broken).error().code(), ErrorCode::kCorrupt) << i;
    EXPECT_EQ(decode_chunk(sound.substr(0, i)).error().code(), ErrorCode::kCorrupt) << i;
  }
  EXPECT_FALSE(decode_chunk(sound + "x").ok());
}

TEST(StateChunk, RefusesImpossiblePlaces) {
  const auto code_of = [](const Chunk& chunk) {
    const auto decoded = decode_chunk(encode_chunk(chunk));
    return decoded.ok() ? ErrorCode::kInternal : decoded.error().code();
  };
  EXPECT_EQ(code_of({.index = 1, .count = 1, .object_size = 3, .payload = "abc"}),
            ErrorCode::kCorrupt);
  EXPECT_EQ(code_of({.index = 0, .count = 2, .object_size = 3, .payload = "abc"}),
            ErrorCode::kCorrupt)
      << "all but the last are full";
  EXPECT_EQ(code_of({.index = 0, .count = 1, .object_size = 4, .payload = "abc"}),
            ErrorCode::kCorrupt);
}

TEST(StateChunk, GoldenRecordReads) {
  const auto golden =
      base::posix_file_system().read_file(std::string(CORTADO_TEST_DATA) + "/state-chunk-v1.bin");
  ASSERT_TRUE(golden.ok()) << golden.error().message();
  const auto chunk = decode_chunk(*golden);
  ASSERT_TRUE(chunk.ok()) << chunk.error().message();
  EXPECT_EQ(chunk->payload, "golden state");
  EXPECT_EQ(encode_chunk(split("golden state").front()), *golden);
}

}  // namespace
}  // namespace cortado::kafka
