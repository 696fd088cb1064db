// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gtest/gtest.h>

#include "cortado/base/crc32c.h"
#include "cortado/base/hash.h"
#include "cortado/base/random.h"

namespace cortado::base {
namespace {

std::string counting(int first, int step) {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes += static_cast<char>(first + i * step);
  return bytes;
}

TEST(Crc32c, HasTheValuesOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  EXPECT_EQ(crc32c(counting(0, 1)), 0x46dd794eU);
  EXPECT_EQ(crc32c(counting(31, -1)), 0x113fdb5cU);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, TableAndInstructionAgreeAtEveryLengthAndAlignment) {
  Random random(1);
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes += static_cast<char>(random.below(256));
  for (std::size_t begin = 0; begin < 9; ++begin) {
    for (std::size_t size = 0; size + begin <= bytes.size(); ++size) {
      const std::string_view part = std::string_view(bytes).substr(begin, size);
      ASSERT_EQ(crc32c(part), crc32c_by_table(part)) << begin << " " << size;
    }
  }
}

TEST(Crc32c, TableAndInstructionAgreeOnLongTexts) {
  Random random(2);
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) bytes += static_cast<char>(random.below(256));
  const std::string_view text(bytes);
  for (int round = 0; round < 300; ++round) {
    const std::size_t begin = random.below(9);
    const std::size_t size = random.below(bytes.size() - begin);
    const auto crc = static_cast<std::uint32_t>(random.below(1ULL << 32));
    const std::string_view part = text.substr(begin, size);
    ASSERT_EQ(crc32c(part, crc), crc32c_by_table(part, crc)) << begin << " " << size;
  }
  for (std::size_t size = 3'060; size < 3'090; ++size) {
    ASSERT_EQ(crc32c(text.substr(0, size)), crc32c_by_table(text.substr(0, size))) << size;
  }
}

TEST(Crc32c, ContinuesFromAnEarlierPart) {
  const std::string bytes = counting(7, 5) + counting(3, 11);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::string_view text(bytes);
    EXPECT_EQ(crc32c(text.substr(cut), crc32c(text.substr(0, cut))), crc32c(bytes));
    EXPECT_EQ(crc32c_by_table(text.substr(cut), crc32c(text.substr(0, cut))), crc32c(bytes));
  }
}

TEST(Hash, IsXxh3AndStable) {
  EXPECT_EQ(to_hex(hash64("")), "2d06800538d394c2");
  EXPECT_EQ(to_hex(hash64("abc")), "78af5f94892f3950");
  EXPECT_EQ(to_hex(hash64("abc", 7)), "48ff56f569e39912");
  EXPECT_EQ(to_hex(0x1f), "000000000000001f");
}

}  // namespace
}  // namespace cortado::base
