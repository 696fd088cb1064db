// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/blob.h"

#include <string>

#include <gtest/gtest.h>

#include "cortado/base/crc32c.h"
#include "cortado/base/random.h"

namespace cortado::checkpoint {
namespace {

std::string bytes_of(std::size_t size, std::uint64_t values) {
  base::Random random(size + 1);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(values));
  return bytes;
}

TEST(BlobTest, GivesBackWhatItTook) {
  CompressedBlob blob;
  for (const std::size_t size : {0U, 1U, 7U, 1000U, 200'000U}) {
    for (const std::uint64_t values : {1U, 4U, 256U}) {
      const std::string raw = bytes_of(size, values);
      ASSERT_TRUE(compress(raw, blob).ok());
      EXPECT_EQ(blob.raw_size, size);
      const auto read = decompress(blob.bytes, blob.raw_size, blob.crc32c);
      ASSERT_TRUE(read.ok()) << read.error().message();
      EXPECT_EQ(*read, raw);
    }
  }
}

TEST(BlobTest, ShrinksWhatRepeats) {
  CompressedBlob blob;
  ASSERT_TRUE(compress(bytes_of(100'000, 2), blob).ok());
  EXPECT_LT(blob.bytes.size(), 25'000U);
}

TEST(BlobTest, AnyChangedByteIsFound) {
  CompressedBlob blob;
  ASSERT_TRUE(compress(bytes_of(500, 8), blob).ok());
  for (std::size_t i = 0; i < blob.bytes.size(); ++i) {
    std::string bad = blob.bytes;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_EQ(decompress(bad, blob.raw_size, blob.crc32c).error().code(),
              base::ErrorCode::kCorrupt);
    // With a checksum that fits, zstd is the one to survive it.
    const auto read = decompress(bad, blob.raw_size, base::crc32c(bad));
    EXPECT_TRUE(!read.ok() || read->size() == 500U);
  }
}

TEST(BlobTest, AWrongSizeIsFoundBeforeMemoryIsTaken) {
  CompressedBlob blob;
  ASSERT_TRUE(compress(bytes_of(500, 8), blob).ok());
  for (const std::uint32_t size : {0U, 499U, 501U, 0xffffffffU}) {
    EXPECT_FALSE(decompress(blob.bytes, size, blob.crc32c).ok());
  }
}

}  // namespace
}  // namespace cortado::checkpoint
