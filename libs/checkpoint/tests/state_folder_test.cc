// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cortado/checkpoint/directory_store.h"

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

}  // namespace
}  // namespace cortado::checkpoint
