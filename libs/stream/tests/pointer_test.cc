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
        "V1;m=a;h=b;lw=1", "{\"offset\":1}", "v1;h=b;m=a;lw=1"}) {
    const auto read = parse_pointer(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code(), base::ErrorCode::kCorrupt);
    EXPECT_THAT(read.error().message(), HasSubstr(text));
  }
}

}  // namespace
}  // namespace cortado::stream
