// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/pointer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using ::testing::HasSubstr;

TEST(PointerTest, ReadsWhatItWrote) {
  const Pointer pointers[] = {
      {.snapshot = {}, .low_water = base::Offset(0)},
      {.snapshot = {.name = "0000000000000001-00000000000000aa.manifest",
                    .hash = "0123456789abcdef"},
       .low_water = base::Offset(9'007'199'254'740'993)},
  };
  for (const Pointer& pointer : pointers) {
    const auto read = parse_pointer(format(pointer));
    ASSERT_TRUE(read.ok()) << format(pointer);
    EXPECT_EQ(*read, pointer);
    EXPECT_LT(format(pointer).size(), 4096U);
  }
  EXPECT_EQ(format(pointers[0]), "v1;m=;h=;lw=0");
}

TEST(PointerTest, WhatAnotherProgramWroteIsForeign) {
  for (const char* text :
       {"", "v1", "v2;m=a;h=b;lw=1", "v1;m=a;h=b", "v1;m=a;h=b;lw=", "v1;m=a;h=b;lw=x",
        "v1;m=a;h=b;lw=-1", "v1;m=a;h=;lw=1", "v1;m=;h=b;lw=1", "v1;m=a;h=b;lw=1;more",
        "V1;m=a;h=b;lw=1", "v1;m=a;h=b;lw=1;mv=", "v1;m=a;h=b;lw=1;mv=0", "v1;m=a;h=b;lw=1;mv=2",
        "v1;m=a;h=b;lw=1;mv=1;sk=5", "v1;m=a;h=b;lw=1;mv=1;", "{\"offset\":1}",
        "v1;h=b;m=a;lw=1"}) {
    const auto read = parse_pointer(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), base::ErrorCode::kCorrupt);
    EXPECT_THAT(read.error().message(), HasSubstr(text));
  }
}

TEST(PointerTest, SkippedOffsetsStandInIt) {
  Pointer pointer{.snapshot = {"m", "h"},
                  .low_water = base::Offset(3),
                  .skipped = {base::Offset(5), base::Offset(7)}};
  EXPECT_EQ(format(pointer), "v1;m=m;h=h;lw=3;sk=5,7");
  const auto read = parse_pointer(format(pointer));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, pointer);
  // As many as there may be, with the longest numbers, are well within Kafka's 4,096 bytes.
  for (std::int64_t i = 0; i < 98; ++i) pointer.skipped.emplace_back(9'000'000'000'000'000'000 + i);
  EXPECT_LT(format(pointer).size(), 2500U);
  EXPECT_EQ(parse_pointer(format(pointer)).value(), pointer);
}

TEST(PointerTest, TellsWhatCortadoStateHasSet) {
  Pointer pointer{.snapshot = {"m", "h"}, .low_water = base::Offset(3), .moved = true};
  EXPECT_EQ(format(pointer), "v1;m=m;h=h;lw=3;mv=1");
  EXPECT_EQ(parse_pointer(format(pointer)).value(), pointer);
  pointer.skipped = {base::Offset(5), base::Offset(7)};
  EXPECT_EQ(format(pointer), "v1;m=m;h=h;lw=3;sk=5,7;mv=1");
  EXPECT_EQ(parse_pointer(format(pointer)).value(), pointer);
  EXPECT_FALSE(parse_pointer("v1;m=m;h=h;lw=3;sk=5,7").value().moved);
}

TEST(PointerTest, WhatAPersonDecidedIsToldApart) {
  const Pointer pointer{.snapshot = {"m", "h"},
                        .low_water = base::Offset(3),
                        .skipped = {base::Offset(5), base::Offset(7), base::Offset(9)},
                        .dismissed = {base::Offset(5), base::Offset(9)}};
  EXPECT_EQ(format(pointer), "v1;m=m;h=h;lw=3;sk=5,7,9;op=5,9");
  EXPECT_EQ(parse_pointer(format(pointer)).value(), pointer);
  for (const char* const list : {"op=5", "sk=5;op=6", "sk=5,6;op=6,5", "sk=5;op=", "op=5;sk=5"}) {
    EXPECT_FALSE(parse_pointer(std::string("v1;m=m;h=h;lw=3;") + list).ok()) << list;
  }
  // All of them with numbers that a partition reaches in thousands of years: Kafka takes 4,096
  // bytes.
  Pointer full{.snapshot = {"0000000000000001-00000000000000aa.manifest", "0123456789abcdef"},
               .low_water = base::Offset(900'000'000'000'000'000)};
  for (std::size_t i = 0; i < kMostSkipped; ++i) {
    full.skipped.emplace_back(900'000'000'000'000'000 + static_cast<std::int64_t>(i));
  }
  full.dismissed = full.skipped;
  full.moved = true;
  EXPECT_LE(format(full).size(), 4096U);
}

TEST(PointerTest, WrongSkippedOffsetsAreRefused) {
  for (const char* const list :
       {"sk=7,5", "sk=5,5", "sk=5,", "sk=,5", "sk=x", "sk=-1", "sk=5;", "skip=5", ""}) {
    EXPECT_FALSE(parse_pointer(std::string("v1;m=m;h=h;lw=3;") + list).ok()) << list;
  }
}

}  // namespace
}  // namespace cortado::stream
