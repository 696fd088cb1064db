// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/json_serde.h"

#include <cmath>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "record_builder.h"

namespace cortado::record {
namespace {

std::string encoded(const MonitoringRecord& record) {
  std::string out;
  encode_json(record, out);
  return out;
}

std::string golden(const std::string& name) {
  std::ifstream file(CORTADO_TEST_DATA "/" + name, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

TEST(JsonSerde, WritesTheGoldenRecords) {
  EXPECT_EQ(encoded(testing::ozone_record()), golden("raw.json"));
  EXPECT_EQ(encoded(testing::enriched_ozone_record()), golden("enriched.json"));
}

TEST(JsonSerde, ReadsTheGoldenRecords) {
  MonitoringRecord record;
  ASSERT_TRUE(decode_json(golden("raw.json"), record).ok());
  EXPECT_EQ(record, testing::ozone_record());
  ASSERT_TRUE(decode_enriched_json(golden("enriched.json"), record).ok());
  EXPECT_EQ(record, testing::enriched_ozone_record());
}

TEST(JsonSerde, RoundTripsAnyRecord) {
  base::Random random(3);
  MonitoringRecord back;
  for (int i = 0; i < 2000; ++i) {
    const MonitoringRecord record = testing::random_record(random);
    const std::string json = encoded(record);
    const auto status = decode_enriched_json(json, back);
    ASSERT_TRUE(status.ok()) << status.error().message() << "\n" << json;
    ASSERT_EQ(back, record) << json;
    ASSERT_EQ(encoded(back), json);
  }
}

TEST(JsonSerde, TakesMembersInAnyOrderAndForm) {
  MonitoringRecord record;
  ASSERT_TRUE(decode_json(R"( { "poc" : 1 , "stateCode":"a\"b\u00e9\ud83d\ude00\n","mdl":null,
      "poc":"2", "sampleMeas\u0075rement" : -1.50e1 ,"siteNum":""} )",
                          record)
                  .ok());
  EXPECT_EQ(record.text(Field::kPoc), "2");
  EXPECT_EQ(record.text(Field::kStateCode), "a\"b\xc3\xa9\xf0\x9f\x98\x80\n");
  EXPECT_EQ(record.text(Field::kSampleMeasurement), "-1.50e1");
  EXPECT_EQ(record.text(Field::kMdl), "");
  EXPECT_EQ(record.extra_members(), "");
}

/// Records that begin as we write them take a fast way, as far as they do; where they leave it must
/// not show.
TEST(JsonSerde, TheFastWayGivesTheSame) {
  base::Random random(17);
  for (int i = 0; i < 200; ++i) {
    const std::string json = encoded(testing::random_record(random));
    MonitoringRecord fast;
    MonitoringRecord slow;
    ASSERT_TRUE(decode_json(json, fast).ok());
    ASSERT_TRUE(decode_json("{ " + json.substr(1), slow).ok());
    ASSERT_EQ(fast, slow) << json;
  }
}

TEST(JsonSerde, TheFastWayEndsAnywhere) {
  MonitoringRecord record;
  ASSERT_TRUE(decode_json(R"({"stateCode":"GB"})", record).ok());
  EXPECT_EQ(record.text(Field::kStateCode), "GB");
  ASSERT_TRUE(decode_json(R"({"stateCode":""} )", record).ok());
  ASSERT_TRUE(
      decode_json(R"({"stateCode":"GB","countyCode":"a\tb","siteNum":"1","stateCode":"X"})", record)
          .ok());
  EXPECT_EQ(record.text(Field::kStateCode), "X");
  EXPECT_EQ(record.text(Field::kCountyCode), "a\tb");
  EXPECT_EQ(record.text(Field::kSiteNum), "1");
  for (const std::string text :
       {R"({"stateCode":"GB")", R"({"stateCode":"GB",})", R"({"stateCode":"GB",)",
        R"({"stateCode":"GB" "a":1})", R"({"stateCode":"GB"}})", R"({"stateCode":"GB)",
        R"({"stateCode":")", R"({"stateCode":"GB"]})", R"({"stateCode":"GB"{}})",
        R"({"stateCode":"GB",,"a":1})"})
    EXPECT_FALSE(decode_json(text, record).ok()) << text;
}

/// What follows the texts takes a fast way too where it is the four numbers and nothing else.
TEST(JsonSerde, TheFastWayOfTheNumbersGivesTheSame) {
  const std::string texts = encoded(testing::ozone_record());
  const std::string head = texts.substr(0, texts.find("\"prediction\""));
  for (const std::string tail :
       {R"("prediction":0.0,"error":-0,"anomaly":1e-3,"predictionNext":12.5E+2})",
        R"("prediction":null,"error":4.9e-324,"anomaly":0.1,"predictionNext":null})",
        R"("prediction":1e-400,"error":1,"anomaly":0.1,"predictionNext":123456789012345678901})",
        R"("prediction": 1,"error":1,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":1} )",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":1,"x":2})",
        R"("prediction":"1","error":1,"anomaly":0.1,"predictionNext":1})",
        R"("error":1,"prediction":2,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":1,"stateCode":"X"})",
        R"("prediction":1,"error":1,"anomaly":0.1})"}) {
    MonitoringRecord fast;
    MonitoringRecord slow;
    ASSERT_TRUE(decode_json(head + tail, fast).ok()) << tail;
    ASSERT_TRUE(decode_json("{ " + (head + tail).substr(1), slow).ok());
    EXPECT_EQ(fast, slow) << tail;
    EXPECT_EQ(encoded(fast), encoded(slow)) << tail;
  }
  for (const std::string tail :
       {R"("prediction":01,"error":1,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":1.,"error":1,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":+1,"error":1,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":1e,"error":1,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":nul,"error":1,"anomaly":0.1,"predictionNext":1})",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":1e999})",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":1}})",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":1)",
        R"("prediction":1,"error":1,"anomaly":0.1,"predictionNext":)"}) {
    MonitoringRecord record;
    EXPECT_FALSE(decode_json(head + tail, record).ok()) << tail;
  }
}

/// Texts that were read as we write them are written again as they were; not once one is set.
TEST(JsonSerde, WritesTheTextsThatItHasAndNotThoseThatItRead) {
  const std::string json = encoded(testing::ozone_record());
  MonitoringRecord record;
  ASSERT_TRUE(decode_json(json, record).ok());
  MonitoringRecord copy = record;
  EXPECT_EQ(encoded(copy), json);
  copy.set_text(Field::kPoc, "2");
  MonitoringRecord expected = testing::ozone_record();
  expected.set_text(Field::kPoc, "2");
  EXPECT_EQ(encoded(copy), encoded(expected));
  copy = std::move(record);
  EXPECT_EQ(encoded(copy), json);
  copy.clear();
  EXPECT_EQ(encoded(copy), encoded(MonitoringRecord()));
  ASSERT_TRUE(decode_json(json, copy).ok());
  ASSERT_TRUE(decode_json("{}", copy).ok());
  EXPECT_EQ(encoded(copy), encoded(MonitoringRecord()));
}

TEST(JsonSerde, KeepsUnknownMembersAsWritten) {
  MonitoringRecord record;
  ASSERT_TRUE(
      decode_json(R"({"x":1.0,"stateCode":"GB","y" : { "z" : [ 1, "\u00e9" ] } , "t":true})",
                  record)
          .ok());
  EXPECT_EQ(record.extra_members(), R"("x":1.0,"y":{ "z" : [ 1, "\u00e9" ] },"t":true)");
  EXPECT_NE(encoded(record).find(R"(,"x":1.0,"y":{ "z" : [ 1, "\u00e9" ] },"t":true,"prediction")"),
            std::string::npos);
}

TEST(JsonSerde, MovesMembersWithOurNamesUnderOriginal) {
  MonitoringRecord record;
  ASSERT_TRUE(
      decode_json(R"({"score":7,"device":{"a":1},"original":null,"error":9})", record).ok());
  EXPECT_EQ(record.enrichment(), nullptr);
  EXPECT_EQ(record.scores.error, 9.0);
  EXPECT_EQ(record.original_members(), R"("score":7,"device":{"a":1},"original":null)");
  record.add_enrichment().device = "d";
  const std::string json = encoded(record);
  EXPECT_TRUE(json.ends_with(R"("original":{"score":7,"device":{"a":1},"original":null}})"))
      << json;
  MonitoringRecord back;
  ASSERT_TRUE(decode_enriched_json(json, back).ok());
  EXPECT_EQ(back, record);
}

TEST(JsonSerde, ReadsTheFourNumbersOfAnInput) {
  MonitoringRecord record;
  ASSERT_TRUE(
      decode_json(R"({"prediction":0.5,"error":null,"anomaly":"NaN","predictionNext":"0.25"})",
                  record)
          .ok());
  EXPECT_EQ(record.scores, (Scores{0.5, std::nullopt, std::nullopt, 0.25}));
}

TEST(JsonSerde, NeverWritesNotANumber) {
  MonitoringRecord record;
  record.scores = {std::nan(""), INFINITY, -INFINITY, 1e300};
  Enrichment& enrichment = record.add_enrichment();
  enrichment.score = std::nan("");
  const std::string json = encoded(record);
  EXPECT_NE(json.find(R"("prediction":null,"error":null,"anomaly":null,"predictionNext":1e+300,)"),
            std::string::npos);
  EXPECT_EQ(json.find("\"score\""), std::string::npos);
}

TEST(JsonSerde, ReplacesWhatIsNotUtf8) {
  std::string out;
  append_json_string("a\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf|\xe2\x82", out);
  std::string expected = "\"a";
  for (const int count : {2, 0}) expected += count == 2 ? "\xef\xbf\xbd\xef\xbf\xbd(" : "";
  for (int i = 0; i < 3 + 4 + 2; ++i) expected += "\xef\xbf\xbd";
  expected += "|\xef\xbf\xbd\xef\xbf\xbd\"";
  EXPECT_EQ(out, expected);
}

TEST(JsonSerde, RefusesWhatIsNotOneValidObject) {
  MonitoringRecord record;
  for (const std::string text : {"",
                                 " ",
                                 "null",
                                 "[]",
                                 "[{}]",
                                 "7",
                                 "{",
                                 "}",
                                 "{]",
                                 "{}}",
                                 "{} {}",
                                 "{},",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{\"a\":1 \"b\":2}",
                                 "{\"a\":01}",
                                 "{\"a\":1e999}",
                                 "{\"a\":\"\\q\"}",
                                 "{\"a\":\"\xff\"}",
                                 "{\"a\":\"\x01\"}",
                                 "{\"a\":nul}",
                                 "{\"a\":[1,]}",
                                 "{\"a\":[1 2]}",
                                 "{\"a\":{\"b\":[}}}",
                                 "{\"a\":\"x}",
                                 "{a:1}",
                                 "{\"a\\q\":1}",
                                 "{\"stateCode\":true}",
                                 "{\"stateCode\":[]}",
                                 "{\"stateCode\":\"\\ud800\"}",
                                 "{\"error\":true}",
                                 "{\"stateCode\":\"GB\"x}",
                                 "{\"stateCode\":1x}",
                                 "{\"a\":-}"}) {
    const auto status = decode_json(text, record);
    ASSERT_FALSE(status.ok()) << text;
    EXPECT_EQ(status.error().code(), base::ErrorCode::kCorrupt) << text;
  }
}

TEST(JsonSerde, NamesTheMemberOfTheWrongType) {
  const std::pair<std::string, std::string> cases[] = {
      {R"({"stateCode":true,"countyCode":"1"})", "stateCode"},
      {R"({"stateCode":"GB","countyCode":[]})", "countyCode"},
      {R"({ "countyCode" : {} })", "countyCode"},
      {R"({"stateCode":"GB","error":true})", "error"}};
  MonitoringRecord record;
  for (const auto& [json, name] : cases) {
    const auto status = decode_json(json, record);
    ASSERT_FALSE(status.ok()) << json;
    EXPECT_EQ(status.error().message(),
              "the JSON member \"" + name + "\" has a value of the wrong type");
  }
}

TEST(JsonSerde, RefusesNestingWithoutEnd) {
  MonitoringRecord record;
  const std::string deep = "{\"a\":" + std::string(500, '[') + std::string(500, ']') + "}";
  EXPECT_FALSE(decode_json(deep, record).ok());
  const std::string fine = "{\"a\":" + std::string(90, '[') + std::string(90, ']') + "}";
  EXPECT_TRUE(decode_json(fine, record).ok());
}

TEST(JsonSerde, RefusesAnEnrichmentOfAnotherForm) {
  MonitoringRecord record;
  for (const std::string text : {R"({"device":1})", R"({"sequence":1.5})", R"({"sequence":-1})",
                                 R"({"sequence":"1"})", R"({"status":"good"})", R"({"score":"x"})",
                                 R"({"original":1})", R"({"schemaVersion":1e300})"})
    EXPECT_FALSE(decode_enriched_json(text, record).ok()) << text;
  EXPECT_TRUE(decode_enriched_json("{}", record).ok());
  EXPECT_EQ(record.enrichment(), nullptr);
}

}  // namespace
}  // namespace cortado::record
