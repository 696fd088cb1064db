// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/partitioner.h"

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

std::string from_hex(const std::string& hex) {
  std::string bytes;
  if (hex == "-") return bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

TEST(Partitioner, AgreesWithTheJavaClientOnItsWholeTable) {
  std::ifstream table(CORTADO_TEST_DATA "/partitioner/java_partitions.txt");
  ASSERT_TRUE(table.is_open());
  constexpr std::array kCounts = {1, 3, 10, 50};
  int keys = 0;
  for (std::string line; std::getline(table, line); ++keys) {
    std::istringstream fields(line);
    std::string hex;
    std::uint32_t hash = 0;
    fields >> hex >> hash;
    const std::string key = from_hex(hex);
    EXPECT_EQ(murmur2(key), hash) << hex;
    for (const int count : kCounts) {
      int partition = -1;
      fields >> partition;
      EXPECT_EQ(partition_of_key(key, count).get(), partition) << hex << " of " << count;
    }
  }
  EXPECT_EQ(keys, 197);
}

TEST(Partitioner, GivesEveryKeyToTheOnlyPartition) {
  for (const char* key : {"", "a", "GB-MY-0001-44201-1"})
    EXPECT_EQ(partition_of_key(key, 1), base::Partition(0));
}

}  // namespace
}  // namespace cortado::kafka
