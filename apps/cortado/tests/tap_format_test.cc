// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "look/tap_format.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::app {
namespace {

using ::testing::HasSubstr;

class TapFormatTest : public ::testing::Test {
 protected:
  TapFormatTest() {
    record.topic = "enriched";
    record.partition = base::Partition(3);
    record.offset = base::Offset(17);
    record.timestamp_ms = 1'700'000'000'123;
    record.key = "k\"1";
    record.value = "{}";
    record.headers = headers;
  }

  std::string print(std::string_view format) {
    const auto made = TapFormat::create(format);
    EXPECT_TRUE(made.ok()) << made.error().message();
    std::string out;
    made->print(record, *record.value, out);
    return out;
  }

  std::array<base::RawHeader, 2> headers = {{{"a", "1"}, {"b", std::nullopt}}};
  base::RawRecord record{};
};

TEST_F(TapFormatTest, KnowsKcatsLettersAndEscapes) {
  EXPECT_EQ(print("%t %p %o %T %k %s %K %S %h %%"),
            "enriched 3 17 1700000000123 k\"1 {} 3 2 a=1,b=NULL %");
  EXPECT_EQ(print("\\n\\t\\r\\\\\\x41"), "\n\t\r\\A");
  EXPECT_EQ(print(""), "");
  record.key.reset();
  EXPECT_EQ(print("%K|%k|"), "-1||");
}

TEST_F(TapFormatTest, RefusesOtherLetters) {
  for (const char* format : {"%q", "%", "\\q", "\\", "\\x4", "\\xzz"}) {
    const auto made = TapFormat::create(format);
    ASSERT_FALSE(made.ok()) << format;
    EXPECT_EQ(made.error().code(), base::ErrorCode::kInvalidConfig);
    EXPECT_THAT(made.error().message(), HasSubstr("letters are"));
  }
}

TEST_F(TapFormatTest, TheEnvelopeIsOneJsonObjectALine) {
  std::string out;
  print_envelope(record, *record.value, out);
  EXPECT_EQ(out,
            R"({"topic":"enriched","partition":3,"offset":17,"tstype":"create","ts":1700000000123,)"
            R"("headers":["a","1","b",null],"key":"k\"1","payload":"{}"})"
            "\n");
}

TEST(MatchesGlob, KnowsStarAndQuestionMark) {
  for (const char* glob : {"a-1-b", "*", "a*", "*b", "a-?-b", "*1*", "a**b", "a-1-b*"})
    EXPECT_TRUE(matches_glob(glob, "a-1-b")) << glob;
  for (const char* glob : {"", "a", "b*", "*a", "a-?\?-b", "a-1-b?", "*2*", "A-1-b"})
    EXPECT_FALSE(matches_glob(glob, "a-1-b")) << glob;
  EXPECT_TRUE(matches_glob("*a*b*c*", "xxaxxbxxbxxc"));
  EXPECT_FALSE(matches_glob("*a*b*c*d", "xxaxxbxxbxxc"));
}

}  // namespace
}  // namespace cortado::app
