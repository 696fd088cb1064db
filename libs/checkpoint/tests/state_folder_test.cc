// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "cortado/checkpoint/directory_store.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

TEST(StateFolderTest, Table) {
  const std::pair<const char*, const char*> rows[] = {
      {"monitoring20", "monitoring20"},
      {"a.b-c_D", "a.b-c_D"},
      {"..", "%2E."},
      {".", "%2E"},
      {"lock", "%6Cock"},
      {"lock2", "lock2"},
      {"a/b", "a%2Fb"},
      {"50%", "50%25"},
      {"\xC3\xA4", "%C3%A4"},
  };
  for (const auto& [topic, folder] : rows) EXPECT_EQ(folder_name(topic), folder);
  EXPECT_EQ(lane_folder("state", {"a/b", base::Partition(7)}), "state/a%2Fb/7");
}

/// How many of those that open one folder at once, all for the first time, get it; by group.
std::array<int, 2> open_at_once(const std::string& dir) {
  constexpr int kThreads = 8;
  std::array<bool, kThreads> opened{};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        DirectoryStores stores(base::posix_file_system(), dir, i % 2 == 0 ? "one" : "two");
        opened[i] = stores.open(testing::identity(), i).ok();
      });
    }
  }
  std::array<int, 2> counts{};
  for (int i = 0; i < kThreads; ++i) counts[i % 2] += opened[i] ? 1 : 0;
  return counts;
}

TEST(StateFolderTest, IsOneGroupsHoweverManyComeAtOnce) {
  std::string folder = std::filesystem::temp_directory_path() / "cortado-folder-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  for (int round = 0; round < 20; ++round) {
    const auto counts = open_at_once(folder + "/" + std::to_string(round));
    EXPECT_EQ(std::max(counts[0], counts[1]), 4);
    EXPECT_EQ(std::min(counts[0], counts[1]), 0);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cortado::checkpoint
