// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dlq/letter_print.h"
#include "dlq/letter_replay.h"
#include "dlq/letter_selection.h"
#include "dlq/letter_table.h"

namespace cortado::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Kind = StartAt::Kind;

/// A letter with bytes of its own.
struct Sample {
  std::string stage = "decode";
  std::string reason = "not valid JSON";
  std::optional<std::string> key = "device";
  std::optional<std::string> value = "{";
  std::vector<base::RawHeader> headers = {};
  int source_partition = 3;
  std::int64_t source_offset = 17;
  std::optional<std::int64_t> lost_bytes = std::nullopt;
  std::string group = {};

  kafka::DeadLetter letter() const {
    kafka::DeadLetter letter;
    letter.original.topic = "raw";
    letter.original.partition = base::Partition(source_partition);
    letter.original.offset = base::Offset(source_offset);
    letter.original.timestamp_ms = 1'600'000'000'000;
    if (key) letter.original.key = *key;
    if (value) letter.original.value = *value;
    letter.original.headers = headers;
    letter.stage = stage;
    letter.reason = reason;
    letter.lost_bytes = lost_bytes;
    letter.group = group;
    return letter;
  }
};

base::RawRecord record_at(int partition, std::int64_t offset) {
  base::RawRecord record;
  record.topic = "raw.dead-letter";
  record.partition = base::Partition(partition);
  record.offset = base::Offset(offset);
  record.timestamp_ms = 1'600'000'000'000 + offset;
  return record;
}

std::string text_of(const Sample& sample) {
  const auto record = record_at(0, 4);
  const auto letter = sample.letter();
  return to_text({record, letter});
}

std::string json_of(const Sample& sample) {
  const auto record = record_at(0, 4);
  const auto letter = sample.letter();
  return to_json({record, letter});
}

TEST(DlqStart, TakesWhatKcatTakes) {
  EXPECT_EQ(*parse_start("beginning"), (StartAt{Kind::kBeginning, 0}));
  EXPECT_EQ(*parse_start("end"), (StartAt{Kind::kEnd, 0}));
  EXPECT_EQ(*parse_start("0"), (StartAt{Kind::kOffset, 0}));
  EXPECT_EQ(*parse_start("12"), (StartAt{Kind::kOffset, 12}));
  EXPECT_EQ(*parse_start("-3"), (StartAt{Kind::kBeforeEnd, 3}));
  EXPECT_EQ(*parse_start("s@1600000000000"), (StartAt{Kind::kFromTime, 1'600'000'000'000}));
  EXPECT_EQ(*parse_start("e@5"), (StartAt{Kind::kUpToTime, 5}));
  for (const char* text : {"", "start", "--3", "s@", "s@x", "1.5", "99999999999999999999", "x@4"}) {
    const auto bad = parse_start(text);
    ASSERT_FALSE(bad.ok()) << text;
    EXPECT_EQ(bad.error().code(), base::ErrorCode::kInvalidConfig);
    EXPECT_THAT(bad.error().message(), HasSubstr("-N (N before the end)"));
  }
}

TEST(DlqStart, LeavesPartOfARange) {
  struct Case {
    StartAt start;
    std::optional<std::int64_t> at_time;
    std::int64_t begin;
    std::int64_t end;
  };
  const Case cases[] = {
      {{Kind::kBeginning, 0}, {}, 10, 20},  {{Kind::kEnd, 0}, {}, 20, 20},
      {{Kind::kOffset, 15}, {}, 15, 20},    {{Kind::kOffset, 3}, {}, 10, 20},
      {{Kind::kOffset, 99}, {}, 20, 20},    {{Kind::kBeforeEnd, 4}, {}, 16, 20},
      {{Kind::kBeforeEnd, 40}, {}, 10, 20}, {{Kind::kFromTime, 1}, 13, 13, 20},
      {{Kind::kFromTime, 1}, {}, 20, 20},   {{Kind::kUpToTime, 1}, 13, 10, 13},
      {{Kind::kUpToTime, 1}, {}, 10, 20},
  };
  for (const Case& item : cases) {
    std::optional<base::Offset> at_time;
    if (item.at_time) at_time = base::Offset(*item.at_time);
    const auto range = apply_start(
        item.start, {{"t", base::Partition(0)}, base::Offset(10), base::Offset(20)}, at_time);
    EXPECT_EQ(range.begin.get(), item.begin);
    EXPECT_EQ(range.end.get(), item.end);
  }
}

TEST(DlqEnd, IsAnOffsetOrATime) {
  EXPECT_FALSE(parse_end("")->offset || parse_end("")->time);
  EXPECT_EQ(parse_end("17")->offset, base::Offset(17));
  EXPECT_FALSE(parse_end("17")->time);
  EXPECT_EQ(parse_end("e@5")->time, 5);
  EXPECT_EQ(parse_end("2020-09-13T12:26:40Z")->time, 1'600'000'000'000);
  for (const char* text : {"-1", "e@", "e@x", "s@5", "end", "2020-13-01T00:00:00Z", "1.5"}) {
    const auto bad = parse_end(text);
    ASSERT_FALSE(bad.ok()) << text;
    EXPECT_EQ(bad.error().code(), base::ErrorCode::kInvalidConfig);
    EXPECT_THAT(bad.error().message(), HasSubstr("--until"));
  }
}

TEST(DlqEnd, LeavesPartOfARange) {
  const auto end_of = [](const EndAt& end, std::optional<base::Offset> at_time = {}) {
    return apply_end(end, {{"t", base::Partition(0)}, base::Offset(10), base::Offset(20)}, at_time)
        .end.get();
  };
  EXPECT_EQ(end_of({}), 20);
  EXPECT_EQ(end_of({.offset = base::Offset(15), .time = {}}), 15);
  EXPECT_EQ(end_of({.offset = base::Offset(3), .time = {}}), 10);
  EXPECT_EQ(end_of({.offset = base::Offset(99), .time = {}}), 20);
  EXPECT_EQ(end_of({.offset = {}, .time = 5}, base::Offset(13)), 13);
  EXPECT_EQ(end_of({.offset = {}, .time = 5}), 20);
}

TEST(DlqSelection, AnEndIsASelection) {
  EXPECT_FALSE(DlqOptions{}.selects());
  EXPECT_TRUE(DlqOptions{.until = "5"}.selects());
}

TEST(DlqSelection, ComparesStageReasonAndSource) {
  const Sample sample;
  const auto letter = sample.letter();
  const auto selects = [&](const DlqOptions& options, const std::string& source = "") {
    return is_selected(options, *parse_source(source), letter);
  };
  EXPECT_TRUE(selects({}));
  EXPECT_TRUE(selects({.stage = "decode"}));
  EXPECT_FALSE(selects({.stage = "dec"}));
  EXPECT_TRUE(selects({.reason = "valid"}));
  EXPECT_FALSE(selects({.reason = "tombstone"}));
  EXPECT_TRUE(selects({}, "3"));
  EXPECT_TRUE(selects({}, "3:17"));
  EXPECT_FALSE(selects({}, "3:18"));
  EXPECT_FALSE(selects({}, "2:17"));
  for (const char* text : {"x", "3:", ":4", "-1", "3:4:5"}) {
    EXPECT_FALSE(parse_source(text).ok()) << text;
  }
}

TEST(DlqSelection, TakesTheGroupsAskedForAndWhatNamesNone) {
  const Sample named{.group = "one"};
  const Sample older;
  const auto selects = [](const DlqOptions& options, const Sample& sample) {
    return is_selected(options, {}, sample.letter());
  };
  EXPECT_TRUE(selects({}, named));
  EXPECT_TRUE(selects({.groups = {"two", "one"}}, named));
  EXPECT_FALSE(selects({.groups = {"two", ""}}, named));
  EXPECT_TRUE(selects({.groups = {"two", ""}}, older));
  EXPECT_FALSE(selects({.groups = {"one"}}, older));
  EXPECT_TRUE(DlqOptions{.groups = {""}}.selects());
}

TEST(DlqReplay, KnowsARecordByItsPlaceItsTimeAndItsBytes) {
  const Sample sample;
  base::RawRecord record = sample.letter().original;
  SeenRecords seen;
  EXPECT_TRUE(seen.add(record));
  EXPECT_FALSE(seen.add(record));
  const auto other = [&](const std::function<void(base::RawRecord&)>& change) {
    base::RawRecord changed = record;
    change(changed);
    return seen.add(changed);
  };
  EXPECT_TRUE(other([](auto& r) { r.topic = "other"; }));
  EXPECT_TRUE(other([](auto& r) { r.partition = base::Partition(4); }));
  EXPECT_TRUE(other([](auto& r) { r.offset = base::Offset(18); }));
  EXPECT_TRUE(other([](auto& r) { r.timestamp_ms = 1; })) << "the topic was made anew";
  EXPECT_TRUE(other([](auto& r) { r.key = "d"; }));
  EXPECT_TRUE(other([](auto& r) { r.key.reset(); }));
  EXPECT_TRUE(other([](auto& r) { r.key = ""; }));
  EXPECT_TRUE(other([](auto& r) { r.value = "}"; }));
  EXPECT_FALSE(other([](auto& r) { r.headers = {}; }));
  EXPECT_FALSE(seen.add(record));
}

TEST(DlqTable, CountsByGroup) {
  LetterTable table(*parse_fields("group"));
  const auto record = record_at(1, 0);
  for (const char* group : {"one", "", "one"}) {
    const Sample sample{.group = group};
    const auto letter = sample.letter();
    table.add({record, letter});
  }
  EXPECT_EQ(table.to_text(),
            "COUNT  GROUP  FIRST  NEWEST\n"
            "2      one    1:0    2020-09-13T12:26:40.000Z\n"
            "1      -      1:0    2020-09-13T12:26:40.000Z\n");
  EXPECT_THAT(table.to_json_lines(), HasSubstr("{\"count\":1,\"group\":\"\","));
}

TEST(DlqTable, CountsByTheFieldsAskedFor) {
  LetterTable table(*parse_fields("stage,reason"));
  const Sample json;
  const Sample map{.stage = "map", .reason = "the device\x1b[31m cannot be told"};
  for (int i = 0; i < 3; ++i) {
    const auto record = record_at(1, i);
    const auto letter = (i == 0 ? map : json).letter();
    table.add({record, letter});
  }
  EXPECT_EQ(table.to_text(),
            "COUNT  STAGE   FIRST  NEWEST                    REASON\n"
            "2      decode  1:1    2020-09-13T12:26:40.002Z  not valid JSON\n"
            "1      map     1:0    2020-09-13T12:26:40.000Z  the device.[31m cannot be told\n");
  EXPECT_THAT(table.to_json_lines(),
              HasSubstr("{\"count\":2,\"stage\":\"decode\",\"reason\":\"not valid JSON\","
                        "\"first\":\"1:1\",\"newest\":1600000000002}\n"));
}

TEST(DlqTable, RefusesFieldsThatItDoesNotKnow) {
  EXPECT_TRUE(parse_fields("partition").ok());
  EXPECT_TRUE(parse_fields("topic,partition,reason,stage,group").ok());
  for (const char* text : {"", "stages", "stage,", "stage,stage"}) {
    EXPECT_FALSE(parse_fields(text).ok()) << text;
  }
}

TEST(DlqPrint, ShowsTextAsTextAndBytesAsDigits) {
  const std::string text = text_of({.value = "a line"});
  EXPECT_THAT(text, HasSubstr("raw.dead-letter [0] offset 4\n"));
  EXPECT_THAT(text, HasSubstr("from    raw [3] offset 17\n"));
  EXPECT_THAT(text, HasSubstr("value   a line\n"));
  const std::string binary = text_of({.value = std::string("\x00\x1f|A\xff", 5)});
  EXPECT_THAT(binary, HasSubstr("value   5 bytes\n"
                                "00000000  00 1f 7c 41 ff                                    "
                                "|..|A.|\n"));
  EXPECT_THAT(text_of({.value = "two\nlines"}), HasSubstr("value   9 bytes\ntwo\nlines\n"));
}

TEST(DlqPrint, LetsNothingDriveTheTerminal) {
  for (const char* bytes : {"\x1b[2J",
                            "\xc2\x9b"
                            "2J",
                            "\x7f", "\r"}) {
    EXPECT_FALSE(is_plain_text(bytes));
    EXPECT_THAT(text_of({.key = bytes}), Not(HasSubstr(bytes)));
  }
  EXPECT_TRUE(is_plain_text("\xc2\xa0 \xe2\x82\xac\t"));
}

TEST(DlqPrint, KeepsNullAndEmptyApart) {
  const Sample sample{
      .key = std::nullopt, .value = "", .headers = {{"a", std::nullopt}, {"b", ""}}};
  EXPECT_THAT(text_of(sample), HasSubstr("key     null\n"));
  EXPECT_THAT(text_of(sample), HasSubstr("header  a = null\n"));
  EXPECT_THAT(text_of(sample), HasSubstr("header  b = \n"));
  EXPECT_THAT(json_of(sample),
              HasSubstr("\"key\":null,\"headers\":[{\"name\":\"a\",\"value\":null},"
                        "{\"name\":\"b\",\"value\":\"\"}],\"value\":\"\"}"));
}

TEST(DlqPrint, WritesBytesThatAreNoTextInBase64) {
  EXPECT_THAT(json_of({.value = "\xff\xfe"}), HasSubstr("\"valueBase64\":\"//4=\"}"));
  EXPECT_THAT(json_of({.value = std::nullopt, .lost_bytes = 2'000'000}),
              HasSubstr("\"lostBytes\":2000000,\"value\":null}"));
  EXPECT_THAT(text_of({.value = std::nullopt, .lost_bytes = 2'000'000}),
              HasSubstr("2000000 bytes, too large for this topic"));
}

}  // namespace
}  // namespace cortado::app
