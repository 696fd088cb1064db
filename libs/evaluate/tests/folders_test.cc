// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cortado/evaluate/labelled_folder.h"
#include "cortado/evaluate/nab_folder.h"
#include "memory_file_system.h"

namespace cortado::evaluate {
namespace {

using base::ErrorCode;

constexpr const char* kProfiles =
    R"({"standard":{"CostMatrix":{"tpWeight":1.0,"fnWeight":1.0,"fpWeight":0.11,"tnWeight":1.0}},
        "reward_low_FP_rate":{"CostMatrix":{"tpWeight":1.0,"fnWeight":1.0,"fpWeight":0.22}},
        "reward_low_FN_rate":{"CostMatrix":{"tpWeight":1.0,"fnWeight":2.0,"fpWeight":0.11}}})";

void put(base::FileSystem& files, const std::string& path, const std::string& text) {
  ASSERT_TRUE(files.create_directories(path.substr(0, path.rfind('/'))).ok());
  ASSERT_TRUE(files.write_file_atomically(path, text).ok());
}

struct NabWorld {
  base::testing::MemoryFileSystem files;
  NabWorld() {
    put(files, "nab/config/profiles.json", kProfiles);
    put(files, "nab/labels/combined_windows.json",
        R"({"b/two.csv":[["2014-04-10 00:05:00.000000","2014-04-10 00:10:00.000000"]],
            "a/one.csv":[]})");
    put(files, "nab/data/README.md", "none");
    put(files, "nab/data/a/one.csv", "timestamp,value\n2014-04-10 00:00:00,1.5\n");
    put(files, "nab/data/b/two.csv",
        "timestamp,value\n2014-04-10 00:00:00,1\n2014-04-10 00:05:00,2\n"
        "2014-04-10 00:10:00,3\n2014-04-10 00:15:00,4e1\n");
  }
  ErrorCode error(std::size_t expected = 2) {
    const auto read = read_nab_folder(files, "nab", expected);
    EXPECT_FALSE(read.ok());
    return read.ok() ? ErrorCode::kInternal : read.error().code();
  }
};

TEST(NabFolder, ReadsSeriesWindowsAndProfilesByName) {
  NabWorld world;
  const auto folder = read_nab_folder(world.files, "nab", 2);
  ASSERT_TRUE(folder.ok()) << folder.error().message();
  ASSERT_EQ(folder->series.size(), 2U);
  EXPECT_EQ(folder->series[0].name, "a/one.csv");
  EXPECT_EQ(folder->series[1].group, "b");
  ASSERT_EQ(folder->series[1].windows.size(), 1U);
  EXPECT_EQ(folder->series[1].windows[0].first, 1U);
  EXPECT_EQ(folder->series[1].windows[0].last, 2U);
  EXPECT_EQ(folder->series[1].readings[3].value, 40.0);
  ASSERT_EQ(folder->profiles.size(), 3U);
  EXPECT_EQ(folder->profiles[1].false_positive, 0.22);
  EXPECT_EQ(folder->profiles[2].false_negative, 2);
}

TEST(NabFolder, AFileMoreOrLessIsAnError) {
  NabWorld world;
  EXPECT_EQ(world.error(58), ErrorCode::kNotFound);
  EXPECT_TRUE(read_nab_folder(world.files, "nab", 0).ok());
  put(world.files, "nab/data/a/three.csv", "timestamp,value\n2014-04-10 00:00:00,1\n");
  EXPECT_EQ(world.error(3), ErrorCode::kCorrupt);
  ASSERT_TRUE(world.files.remove_file("nab/data/a/three.csv").ok());
  ASSERT_TRUE(world.files.remove_file("nab/data/a/one.csv").ok());
  EXPECT_EQ(world.error(0), ErrorCode::kNotFound);
}

TEST(NabFolder, WhatCannotBeReadIsNamed) {
  for (const auto& [path, text] : std::vector<std::pair<std::string, std::string>>{
           {"data/a/one.csv", "timestamp,value\n2014-04-10 00:00:00,\n"},
           {"data/a/one.csv", "timestamp,value\nyesterday,1\n"},
           {"data/a/one.csv", "timestamp,value\n2014-04-10 00:00:00,1,2\n"},
           {"data/a/one.csv", "time,value\n2014-04-10 00:00:00,1\n"},
           {"labels/combined_windows.json", "{"},
           {"labels/combined_windows.json",
            R"({"a/one.csv":[["2015-04-10 00:00:00","2015-04-10 00:00:00"]],"b/two.csv":[]})"},
           {"config/profiles.json", R"({"standard":{}})"}}) {
    NabWorld world;
    put(world.files, "nab/" + path, text);
    const auto read = read_nab_folder(world.files, "nab", 2);
    ASSERT_FALSE(read.ok()) << path;
    EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt);
    EXPECT_NE(read.error().message().find(path), std::string::npos) << read.error().message();
  }
}

TEST(NabFolder, ResultsAreWrittenAsNabReadsThemAndReadBack) {
  NabWorld world;
  const auto folder = read_nab_folder(world.files, "nab", 2);
  ASSERT_TRUE(folder.ok());
  RunResult run(2);
  run[0].scores = {0.125};
  run[1].scores = {0, 0.5, 1, 0.0625};
  ASSERT_TRUE(write_nab_results(world.files, "out/cortado", "cortado", folder->series, run).ok());
  const auto text = world.files.read_file("out/cortado/b/cortado_two.csv");
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text,
            "timestamp,value,anomaly_score,label\n2014-04-10 00:00:00,1,0,0\n"
            "2014-04-10 00:05:00,2,0.5,1\n2014-04-10 00:10:00,3,1,1\n"
            "2014-04-10 00:15:00,40,0.0625,0\n");
  const auto read = read_nab_results(world.files, "out/cortado", "cortado", folder->series);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ((*read)[1].scores, run[1].scores);
  put(world.files, "out/cortado/a/cortado_one.csv", "anomaly_score\n1\n2\n");
  EXPECT_FALSE(read_nab_results(world.files, "out/cortado", "cortado", folder->series).ok());
}

TEST(LabelledFolder, TakesTimesRowsClassesAndLabelColumns) {
  base::testing::MemoryFileSystem files;
  put(files, "set/a.csv", "time,value\n1700000000,1\n1700000060,x\n1700000120,3\n,4\n");
  put(files, "set/sub/b.csv", "value,label\n1,0\n2,1\n3,1\n4,0\n5,1\n");
  put(files, "set/sub/c.csv", "value\n1\n2\n3\n");
  put(files, "set/labels.json",
      R"({"a.csv":[{"start":"2023-11-14T22:14:00Z","end":"2023-11-14T22:16:00Z","class":"spike"}],
          "sub/c.csv":[[2,2],[0,1]]})");
  const auto series = read_labelled_folder(files, "set");
  ASSERT_TRUE(series.ok()) << series.error().message();
  ASSERT_EQ(series->size(), 3U);
  const Series& a = (*series)[0];
  EXPECT_EQ(a.name, "a.csv");
  EXPECT_EQ(a.group, "");
  EXPECT_FALSE(a.readings[1].value.has_value());
  EXPECT_FALSE(a.readings[3].time.has_value());
  ASSERT_EQ(a.windows.size(), 1U);
  EXPECT_EQ(a.windows[0].first, 1U);
  EXPECT_EQ(a.windows[0].last, 2U);
  EXPECT_EQ(a.windows[0].fault, "spike");
  const Series& b = (*series)[1];
  EXPECT_EQ(b.group, "sub");
  ASSERT_EQ(b.windows.size(), 2U);
  EXPECT_EQ(b.windows[0].first, 1U);
  EXPECT_EQ(b.windows[0].last, 2U);
  EXPECT_EQ(b.windows[1].first, 4U);
  ASSERT_EQ((*series)[2].windows.size(), 2U);
  EXPECT_EQ((*series)[2].windows[0].last, 1U);
}

TEST(LabelledFolder, WrongLabelsAreNamed) {
  for (const std::string labels :
       {R"({"b.csv":[]})", R"({"a.csv":[[0,9]]})", R"({"a.csv":[[1,0]]})",
        R"({"a.csv":[["x","y"]]})", R"({"a.csv":[3]})", R"({"a.csv":[{"start":0}]})",
        R"({"a.csv":[[-1,0]]})"}) {
    base::testing::MemoryFileSystem files;
    put(files, "set/a.csv", "value\n1\n2\n");
    put(files, "set/labels.json", labels);
    const auto series = read_labelled_folder(files, "set");
    ASSERT_FALSE(series.ok()) << labels;
    EXPECT_NE(series.error().message().find("set/labels.json"), std::string::npos);
  }
  base::testing::MemoryFileSystem files;
  ASSERT_TRUE(files.create_directories("empty").ok());
  EXPECT_FALSE(read_labelled_folder(files, "empty").ok());
}

TEST(LabelledFolder, TheDigestSeesEveryReadingAndWindow) {
  Series series{.name = "a", .group = "", .readings = {{1, 2.0}, {2, std::nullopt}}, .windows = {}};
  const auto plain = digest({series});
  EXPECT_EQ(digest({series}), plain);
  Series other = series;
  other.readings[1].value = 0.0;
  EXPECT_NE(digest({other}), plain);
  other = series;
  other.windows.push_back({.first = 0, .last = 0});
  EXPECT_NE(digest({other}), plain);
  other = series;
  other.readings[0].time = 3;
  EXPECT_NE(digest({other}), plain);
}

}  // namespace
}  // namespace cortado::evaluate
