// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/json_value.h"

#include <gtest/gtest.h>

#include "cortado/base/random.h"

namespace cortado::dashboard {
namespace {

TEST(JsonValue, ReadsEveryKind) {
  const auto parsed = JsonValue::parse(
      R"( {"a": [1, -2.5e+2, 0], "b": {"c": true, "d": false}, "e": null, "f": "x"} )");
  ASSERT_TRUE(parsed.ok());
  const JsonValue& value = *parsed;
  EXPECT_EQ(value["a"].items().size(), 3U);
  EXPECT_EQ(value["a"][1].number(), -250);
  EXPECT_TRUE(value["b"]["c"].boolean());
  EXPECT_FALSE(value["b"]["d"].boolean());
  EXPECT_TRUE(value["e"].is_null());
  EXPECT_EQ(value["f"].text(), "x");
  EXPECT_TRUE(value["nothing"]["at"][7].is_null());
  EXPECT_EQ(value["f"].number(42), 42);
}

TEST(JsonValue, ReadsEscapes) {
  const auto parsed =
      JsonValue::parse(R"("\"\\\/\b\f\n\r\t \u00fc \u20ac \ud83d\ude00 \ud83d \ude00")");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->text(),
            "\"\\/\b\f\n\r\t \xc3\xbc \xe2\x82\xac \xf0\x9f\x98\x80 \xef\xbf\xbd \xef\xbf\xbd");
}

TEST(JsonValue, RefusesWhatIsNone) {
  for (const char* text :
       {"",          " ",           "{",   "[1,]", "{\"a\"}", "{\"a\":}", "{a:1}",
        "tru",       "01",          "1.",  "1e",   "-",       "\"a",      "\"\\x\"",
        "\"\\u12\"", "\"\\u12g4\"", "1 2", "[1}",  "\"\n\"",  "nullx"}) {
    const auto parsed = JsonValue::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), base::ErrorCode::kCorrupt) << text;
  }
  EXPECT_FALSE(JsonValue::parse(std::string(100'000, '[')).ok());
}

TEST(JsonValue, NoCutOrDamagedTextDoesHarm) {
  const std::string good = R"({"a":[1,{"b":"\u00fc\ud83d\ude00"}],"c":-1.5e-7,"d":[true,null]})";
  base::Random random(3);
  for (std::size_t i = 0; i <= good.size(); ++i)
    EXPECT_EQ(JsonValue::parse(good.substr(0, i)).ok(), i == good.size());
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good;
    bad[random.below(bad.size())] = static_cast<char>(random.below(256));
    const auto parsed = JsonValue::parse(bad);
    if (!parsed.ok()) {
      EXPECT_EQ(parsed.error().code(), base::ErrorCode::kCorrupt);
    }
  }
}

}  // namespace
}  // namespace cortado::dashboard
