// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "json_writer.h"

#include <limits>

#include <gtest/gtest.h>

namespace cortado::dashboard {
namespace {

TEST(JsonWriter, WritesNestedValuesWithTheirCommas) {
  JsonWriter out;
  out.begin_object().field("a", 1).key("b").begin_array().number(0.5).null().boolean(true);
  out.begin_object().end_object().end_array().field("c", "x").end_object();
  EXPECT_EQ(out.str(), R"({"a":1,"b":[0.5,null,true,{}],"c":"x"})");
}

TEST(JsonWriter, EscapesWhatJsonCannotHold) {
  JsonWriter out;
  out.text("a\"b\\c\n\x01\x7f/é");
  EXPECT_EQ(out.str(), "\"a\\\"b\\\\c\\u000a\\u0001\\u007f/é\"");
}

TEST(JsonWriter, MendsTextThatIsNotUtf8) {
  const auto text = [](std::string_view bytes) {
    JsonWriter out;
    out.text(bytes);
    return out.take();
  };
  EXPECT_EQ(text("a\xff"), "\"a\xef\xbf\xbd\"");
  EXPECT_EQ(text("\xc3"), "\"\xef\xbf\xbd\"");
  EXPECT_EQ(text("\xc0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(text("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(text("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
}

TEST(JsonWriter, NumbersThatJsonLacksAreNull) {
  JsonWriter out;
  out.begin_array().number(std::numeric_limits<double>::quiet_NaN());
  out.number(-std::numeric_limits<double>::infinity()).number(0.1).end_array();
  EXPECT_EQ(out.str(), "[null,null,0.1]");
}

}  // namespace
}  // namespace cortado::dashboard
