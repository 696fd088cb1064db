// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/file_system.h"

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cortado::base {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FileSystemTest : public ::testing::Test {
 protected:
  FileSystemTest() {
    std::string name = std::filesystem::temp_directory_path() / "cortado-files-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~FileSystemTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  FileSystem& files_ = posix_file_system();
  std::string folder_;
};

TEST_F(FileSystemTest, WritesAndReadsBack) {
  const std::string bytes("a\0b\n\xff", 5);
  ASSERT_TRUE(files_.write_file_atomically(path("f"), bytes).ok());
  EXPECT_EQ(*files_.read_file(path("f")), bytes);
  ASSERT_TRUE(files_.write_file_atomically(path("f"), "").ok());
  EXPECT_EQ(*files_.read_file(path("f")), "");
  EXPECT_THAT(*files_.list(folder_), ElementsAre("f"));
}

TEST_F(FileSystemTest, AFailedReplacementLeavesTheOldFile) {
  ASSERT_TRUE(files_.write_file_atomically(path("f"), "old").ok());
  // The temporary file cannot be made where a folder has its name.
  ASSERT_TRUE(files_.create_directories(path("f.tmp")).ok());
  EXPECT_FALSE(files_.write_file_atomically(path("f"), "new").ok());
  EXPECT_EQ(*files_.read_file(path("f")), "old");
}

TEST_F(FileSystemTest, OfAllThatCreateAFileAtOnceOneSucceeds) {
  constexpr int kThreads = 8;
  for (int round = 0; round < 20; ++round) {
    const std::string file = path(std::to_string(round));
    std::array<Status, kThreads> statuses;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
          statuses[i] = files_.create_file(file, std::string(10'000, static_cast<char>('a' + i)));
        });
      }
    }
    int winner = -1;
    for (int i = 0; i < kThreads; ++i) {
      if (!statuses[i].ok()) {
        EXPECT_EQ(statuses[i].error().code(), ErrorCode::kAlreadyExists);
        continue;
      }
      EXPECT_EQ(winner, -1);
      winner = i;
    }
    ASSERT_NE(winner, -1);
    EXPECT_EQ(*files_.read_file(file), std::string(10'000, static_cast<char>('a' + winner)));
  }
  EXPECT_THAT(*files_.list(folder_), SizeIs(20));  // nothing else is left
}

TEST_F(FileSystemTest, ReadersSeeTheOldOrTheNewFileWhole) {
  const std::string old_bytes(100'000, 'o');
  const std::string new_bytes(200'000, 'n');
  ASSERT_TRUE(files_.write_file_atomically(path("f"), old_bytes).ok());
  std::jthread writer([&](const std::stop_token& stop) {
    for (int i = 0; !stop.stop_requested(); ++i)
      EXPECT_TRUE(files_.write_file_atomically(path("f"), i % 2 == 0 ? new_bytes : old_bytes).ok());
  });
  for (int i = 0; i < 200; ++i) {
    const auto bytes = files_.read_file(path("f"));
    ASSERT_TRUE(bytes.ok());
    ASSERT_TRUE(*bytes == old_bytes || *bytes == new_bytes) << bytes->size();
  }
}

TEST_F(FileSystemTest, ReadsRangesAndRefusesShortFiles) {
  ASSERT_TRUE(files_.write_file_atomically(path("f"), "0123456789").ok());
  EXPECT_EQ(*files_.read_range(path("f"), 2, 3), "234");
  EXPECT_EQ(*files_.read_range(path("f"), 10, 0), "");
  for (const auto& [offset, size] : {std::pair<std::int64_t, std::int64_t>{8, 3},
                                     {11, 0},
                                     {-1, 2},
                                     {0, -1},
                                     {INT64_MAX, INT64_MAX}}) {
    const auto bytes = files_.read_range(path("f"), offset, size);
    ASSERT_FALSE(bytes.ok());
    EXPECT_EQ(bytes.error().code(), ErrorCode::kCorrupt);
  }
}

TEST_F(FileSystemTest, ReadsAPipeToItsEnd) {
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  std::jthread writer([&] { std::ofstream(path("pipe")) << std::string(10'000, 'x'); });
  EXPECT_EQ(files_.read_file(path("pipe"))->size(), 10'000U);
}

TEST_F(FileSystemTest, ErrorsNameThePathAndTellMissingApart) {
  for (const auto& status :
       {files_.remove_file(path("none")), Status(files_.read_file(path("none")).error()),
        Status(files_.list(path("none")).error()),
        files_.write_file_atomically(path("none/f"), "x")}) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kNotFound);
    EXPECT_THAT(status.error().message(), HasSubstr(path("none")));
  }
  EXPECT_EQ(files_.read_file(folder_).error().code(), ErrorCode::kIo);
}

TEST_F(FileSystemTest, AFullDiskIsToldApart) {
  // What a full disk is to one process.
  struct rlimit former {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &former), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit none {
    .rlim_cur = 0, .rlim_max = former.rlim_max
  };
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  const Status written = files_.write_file_atomically(path("x"), "contents");
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &former), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(files_.write_file_atomically(path("x"), "contents").ok());
}

TEST_F(FileSystemTest, MakesListsAndRemoves) {
  ASSERT_TRUE(files_.create_directories(path("a/b/c")).ok());
  ASSERT_TRUE(files_.create_directories(path("a/b/c")).ok());
  ASSERT_TRUE(files_.write_file_atomically(path("a/z"), "1").ok());
  EXPECT_THAT(*files_.list(path("a")), ElementsAre("b", "z"));
  EXPECT_TRUE(files_.exists(path("a/z")));
  ASSERT_TRUE(files_.remove_file(path("a/z")).ok());
  EXPECT_FALSE(files_.exists(path("a/z")));
  ASSERT_TRUE(files_.write_file_atomically(path("plain"), "").ok());
  EXPECT_FALSE(files_.create_directories(path("plain/x")).ok());
}

TEST_F(FileSystemTest, ALockIsExclusiveAndNamesItsOwner) {
  auto lock = files_.lock(path("lock"));
  ASSERT_TRUE(lock.ok());
  const auto second = files_.lock(path("lock"));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kLocked);
  EXPECT_EQ(second.error().message(),
            path("lock") + " is locked by process " + std::to_string(::getpid()));
  lock->reset();
  EXPECT_TRUE(files_.lock(path("lock")).ok());
}

TEST_F(FileSystemTest, ALockEndsWithItsProcess) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto lock = files_.lock(path("lock"));
    ::_exit(lock.ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(files_.lock(path("lock")).ok());
}

}  // namespace
}  // namespace cortado::base
