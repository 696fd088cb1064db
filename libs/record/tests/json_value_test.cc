// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/json_value.h"

#include <string>

#include <gtest/gtest.h>

namespace cortado::record {
namespace {

using Kind = JsonValue::Kind;

TEST(JsonValue, KeepsEveryKindInTheOrderWritten) {
  const auto value =
      parse_json(R"({"b":[1,-2.5,true,null],"a":{"t":"x\u00e9"},"n":18446744073709551615})");
  ASSERT_TRUE(value.ok());
  ASSERT_EQ(value->members.size(), 3U);
  EXPECT_EQ(value->members[0].first, "b");
  const JsonValue& list = value->members[0].second;
  ASSERT_EQ(list.items.size(), 4U);
  EXPECT_EQ(list.items[0].number, 1);
  EXPECT_EQ(list.items[1].number, -2.5);
  EXPECT_EQ(list.items[2].kind, Kind::kBoolean);
  EXPECT_TRUE(list.items[2].boolean);
  EXPECT_EQ(list.items[3].kind, Kind::kNull);
  EXPECT_EQ(value->find("a")->find("t")->text, "x\xc3\xa9");
  EXPECT_EQ(value->find("n")->number, 18446744073709551615.0);
  EXPECT_EQ(value->find("absent"), nullptr);
  EXPECT_EQ(list.find("b"), nullptr);
}

TEST(JsonValue, RefusesWhatIsNoJson) {
  for (const std::string text : {"", " ", "{", "[1,]", "{\"a\":1} x", "nul", "\"\xff\"", "01"}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(value.error().code(), base::ErrorCode::kCorrupt);
  }
  EXPECT_FALSE(parse_json(std::string(5000, '[') + std::string(5000, ']')).ok());
}

}  // namespace
}  // namespace cortado::record
