// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "level_file.h"

#include <gtest/gtest.h>

#include "memory_file_system.h"

namespace cortado::app {
namespace {

using base::LogLevel;

TEST(LevelFile, LevelsFollowTheFile) {
  base::testing::MemoryFileSystem files;
  base::LogConfig config{.level = LogLevel::kError, .components = {}, .level_file = "levels"};
  ASSERT_TRUE(base::configure_log(config).ok());
  LevelFile levels(config, files, LevelFile::Start::kByHand);
  levels.look();
  EXPECT_FALSE(base::log_enabled(LogLevel::kInfo, "kafka"));
  ASSERT_TRUE(files.write_file_atomically("levels", "kafka: debug\nlevel: off\n").ok());
  levels.look();
  EXPECT_TRUE(base::log_enabled(LogLevel::kDebug, "kafka"));
  EXPECT_FALSE(base::log_enabled(LogLevel::kError, "stream"));
  ASSERT_TRUE(files.write_file_atomically("levels", "kafka: loud").ok());
  levels.look();
  EXPECT_TRUE(base::log_enabled(LogLevel::kDebug, "kafka"));
  ASSERT_TRUE(files.write_file_atomically("levels", "kafka: off\nbananas: debug").ok());
  levels.look();
  EXPECT_TRUE(base::log_enabled(LogLevel::kDebug, "kafka"));
  ASSERT_TRUE(files.remove_file("levels").ok());
  levels.look();
  EXPECT_FALSE(base::log_enabled(LogLevel::kDebug, "kafka"));
  EXPECT_TRUE(base::log_enabled(LogLevel::kError, "stream"));
  ASSERT_TRUE(base::configure_log({.level = LogLevel::kWarning}).ok());
}

}  // namespace
}  // namespace cortado::app
