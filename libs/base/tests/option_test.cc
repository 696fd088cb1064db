// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/option.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::base {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

OptionNode scalar(const char* text) { return OptionNode::make_scalar(text); }

OptionNode list(std::vector<OptionNode> items) {
  OptionNode node;
  node.kind = OptionNode::Kind::kSequence;
  node.items = std::move(items);
  return node;
}

OptionNode mapping(std::vector<std::pair<std::string, OptionNode>> fields) {
  OptionNode node;
  node.kind = OptionNode::Kind::kMapping;
  node.fields = std::move(fields);
  return node;
}

TEST(Option, IntegerKeepsItsRange) {
  std::int64_t field = 3;
  const Option option = bind_integer({.path = "a.b", .help = "h"}, field, 0, 9);
  EXPECT_EQ(option.type, "integer");
  EXPECT_EQ(option.range, "0 to 9");
  EXPECT_EQ(option.get().scalar, "3");
  EXPECT_TRUE(option.set(scalar("9")).ok());
  EXPECT_EQ(field, 9);
  for (const char* wrong : {"10", "-1", "", "x", "1.0", "1 ", "0x1", "99999999999999999999"}) {
    const Status status = option.set(scalar(wrong));
    ASSERT_FALSE(status.ok()) << wrong;
    EXPECT_EQ(status.error().message(),
              "a.b must be an integer from 0 to 9, not \"" + std::string(wrong) + "\"");
    EXPECT_EQ(status.error().code(), ErrorCode::kInvalidConfig);
  }
  EXPECT_FALSE(option.set(list({})).ok());
  EXPECT_EQ(field, 9);
}

TEST(Option, NumberReadsWhatItPrints) {
  double field = 0.1;
  const Option option = bind_number({.path = "n", .help = ""}, field, -1e300, 1e300);
  for (const char* text : {"0.1", "-2.5", "1e-07", "1e+300", "0"}) {
    EXPECT_TRUE(option.set(scalar(text)).ok());
    EXPECT_EQ(option.get().scalar, text);
  }
  for (const char* wrong : {"nan", "inf", "1e301", "", "1,5"})
    EXPECT_FALSE(option.set(scalar(wrong)).ok());
}

TEST(Option, DurationAndSizeHaveUnits) {
  milliseconds time{500};
  std::int64_t size = 1 << 20;
  const Option wait =
      bind_duration({.path = "t", .help = ""}, time, milliseconds(1), milliseconds(90'000));
  const Option room = bind_bytes({.path = "s", .help = ""}, size, 1, 1LL << 40);
  EXPECT_EQ(wait.get().scalar, "500ms");
  EXPECT_EQ(room.get().scalar, "1MiB");
  EXPECT_EQ(wait.range, "1ms to 90s");
  EXPECT_TRUE(wait.set(scalar("1m")).ok());
  EXPECT_EQ(time, milliseconds(60'000));
  EXPECT_TRUE(room.set(scalar("3KiB")).ok());
  EXPECT_EQ(size, 3072);
  const Status status = wait.set(scalar("2m"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(),
            "t must be a duration from 1ms to 90s, such as 500ms, 5s, 10m, 1h or 2d, not \"2m\"");
}

TEST(Option, BooleanIsTrueOrFalse) {
  bool field = false;
  const Option option = bind_boolean({.path = "b", .help = ""}, field);
  EXPECT_TRUE(option.set(scalar("true")).ok());
  EXPECT_TRUE(field);
  EXPECT_EQ(option.get().scalar, "true");
  for (const char* wrong : {"yes", "True", "1", ""}) EXPECT_FALSE(option.set(scalar(wrong)).ok());
}

TEST(Option, SecretsAreNotQuoted) {
  std::string field;
  const Option option = bind_string({.path = "p", .help = "", .secret = true}, field);
  EXPECT_TRUE(option.secret);
  EXPECT_TRUE(option.set(scalar("hunter2")).ok());
  std::int64_t pin = 0;
  const Status status =
      bind_integer({.path = "pin", .help = "", .secret = true}, pin, 0, 9).set(scalar("hunter2"));
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), Not(HasSubstr("hunter2")));
}

TEST(Option, StringMapAndListReplaceTheWhole) {
  std::map<std::string, std::string> map{{"old", "1"}};
  std::vector<std::string> names{"old"};
  const Option by_name = bind_string_map({.path = "m", .help = ""}, map);
  const Option in_order = bind_string_list({.path = "l", .help = ""}, names);
  EXPECT_TRUE(by_name.set(mapping({{"b", scalar("2")}, {"a", scalar("1")}})).ok());
  EXPECT_THAT(map, ElementsAre(std::pair("a", "1"), std::pair("b", "2")));
  EXPECT_EQ(by_name.get().fields[0].first, "a");
  EXPECT_EQ(by_name.get().find("b")->scalar, "2");
  EXPECT_EQ(by_name.get().find("c"), nullptr);
  EXPECT_TRUE(in_order.set(list({scalar("y"), scalar("x")})).ok());
  EXPECT_THAT(names, ElementsAre("y", "x"));
  EXPECT_FALSE(by_name.set(mapping({{"a", list({})}})).ok());
  EXPECT_FALSE(by_name.set(scalar("a")).ok());
  EXPECT_FALSE(in_order.set(list({list({})})).ok());
  EXPECT_FALSE(in_order.set(scalar("a")).ok());
  EXPECT_EQ(map.size(), 2U);
  EXPECT_EQ(names.size(), 2U);
}

TEST(Option, ChoiceIsOneOfItsWords) {
  enum class Color { kRed, kGreen };
  Color field = Color::kRed;
  const Option option = bind_choice({.path = "c", .help = ""}, field, {"red", "green"});
  EXPECT_TRUE(option.set(scalar("green")).ok());
  EXPECT_EQ(field, Color::kGreen);
  EXPECT_EQ(option.get().scalar, "green");
  const Status status = option.set(scalar("blue"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message(), "c must be one of red | green, not \"blue\"");
}

TEST(OptionText, DurationsAndSizesParseAndPrint) {
  for (const char* text : {"0ms", "1ms", "1500ms", "2s", "90s", "2m", "1h", "36h", "2d"})
    EXPECT_EQ(print_duration(*parse_duration(text)), text);
  for (const char* text : {"0", "1", "1023", "1KiB", "5MiB", "3GiB", "1025KiB"})
    EXPECT_EQ(print_bytes(*parse_bytes(text)), text);
  EXPECT_EQ(parse_duration("0")->count(), 0);
  EXPECT_EQ(*parse_bytes("12B"), 12);
  for (const char* wrong : {"", "5", "s", "5 s", "-5s", "5S", "1.5s", "99999999999999999d", "5sm"})
    EXPECT_FALSE(parse_duration(wrong).ok()) << wrong;
  for (const char* wrong : {"", "-1", "1KB", "1 KiB", "99999999999GiB", "KiB"})
    EXPECT_FALSE(parse_bytes(wrong).ok()) << wrong;
}

TEST(OptionText, NumbersRoundTripInTheShortestForm) {
  for (const double value : {0.1, 1.0 / 3.0, 1e308, 5e-324, -0.0, 123456789.125})
    EXPECT_EQ(*parse_number(print_number(value)), value);
  EXPECT_EQ(print_number(0.1), "0.1");
  EXPECT_EQ(*parse_integer("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(parse_integer("9223372036854775808").ok());
  EXPECT_FALSE(parse_integer("+1").ok());
}

TEST(NearestName, FindsTheLikelyMeaning) {
  const std::vector<std::string> names = {"threads", "batch_interval", "guarantee", "dir", "ms"};
  EXPECT_EQ(nearest_name("thread", names), "threads");
  EXPECT_EQ(nearest_name("thraeds", names), "threads");
  EXPECT_EQ(nearest_name("batch_intreval", names), "batch_interval");
  EXPECT_EQ(nearest_name("garantee", names), "guarantee");
  EXPECT_EQ(nearest_name("dri", names), "");
  EXPECT_EQ(nearest_name("die", names), "dir");
  EXPECT_EQ(nearest_name("x", names), "");
  EXPECT_EQ(nearest_name("", names), "");
  EXPECT_EQ(nearest_name("completely_else", names), "");
  EXPECT_EQ(nearest_name("same", {"came", "fame"}), "came");
}

}  // namespace
}  // namespace cortado::base
