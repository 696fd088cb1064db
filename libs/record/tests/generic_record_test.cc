// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/generic_record.h"

#include <gtest/gtest.h>

#include "cortado/record/enriched_view.h"
#include "cortado/record/json_serde.h"
#include "cortado/record/serde.h"
#include "record_builder.h"

namespace cortado::record {
namespace {

Mapping mapping_of(const char* device, const char* time, const char* value) {
  auto mapping = Mapping::generic(device, time, value);
  EXPECT_TRUE(mapping.ok());
  return *mapping;
}

GenericRecord decoded(std::string_view json, const Mapping& mapping) {
  GenericRecord record;
  const auto status = decode_generic(json, mapping, record);
  EXPECT_TRUE(status.ok()) << json;
  return record;
}

const Scores kScores{1.5, 0.5, 0.25, 2.0};

Enrichment enrichment_of(std::string device) {
  Enrichment enrichment;
  enrichment.device = std::move(device);
  enrichment.sequence = 1;
  enrichment.status = base::ScoreStatus::kOk;
  enrichment.model_hash = "h";
  return enrichment;
}

constexpr std::string_view kOurs =
    R"("prediction":1.5,"error":0.5,"anomaly":0.25,"predictionNext":2,"device":"d","sequence":1,)"
    R"("status":"ok","modelAge":0,"modelHash":"h","schemaVersion":1)";

std::string enriched(const GenericRecord& record) {
  std::string out;
  encode_generic(record, kScores, enrichment_of("d"), out);
  return out;
}

TEST(GenericRecord, FindsDeviceTimeAndValue) {
  const auto record =
      decoded(R"({"sensor":{"id":"s/1","n":[5,7]},"ts":"2005-06-13T09:00:00Z","v":"1.25"})",
              mapping_of("/sensor/id", "/ts", "/v"));
  EXPECT_EQ(record.device, "s/1");
  EXPECT_EQ(record.event_time, 1118653200000);
  EXPECT_EQ(record.value, 1.25);
  const auto nested = decoded(R"({"a/b":{"~":3},"v":[1,{"x":-2}],"t":1118653200})",
                              mapping_of("/a~1b/~0", "/t", "/v/1/x"));
  EXPECT_EQ(nested.device, "3");
  EXPECT_EQ(nested.event_time, 1118653200000);
  EXPECT_EQ(nested.value, -2.0);
}

TEST(GenericRecord, FindsNamesHoweverTheProducerEscapedThem) {
  // As Python's json.dumps and PHP's json_encode write them.
  const auto escaped = decoded(R"({"ger\u00e4t":{"a\/b":"d"},"gr\u00f6\u00dfe":[{"\u0076":2.5}]})",
                               mapping_of("/gerät/a~1b", "", "/größe/0/v"));
  EXPECT_EQ(escaped.device, "d");
  EXPECT_EQ(escaped.value, 2.5);
  const auto quoted = decoded(R"({"a\"b":"d","v":1})", mapping_of("/a\"b", "", "/v"));
  EXPECT_EQ(quoted.device, "d");
}

TEST(GenericRecord, FindsAmongManyEscapedNames) {
  // More unescaped text than the document is long, were it unescaped more than once.
  std::string json = "{";
  for (int i = 0; i < 400; ++i)
    json += "\"\\n" + std::string(200, 'x') + std::to_string(i) + "\":" + std::to_string(i) + ",";
  json += R"("id":"\u0064"})";
  const std::string last = std::string(200, 'x') + "399";
  const auto record = decoded(json, mapping_of("/id", "", ("/\n" + last).c_str()));
  EXPECT_EQ(record.device, "d");
  EXPECT_EQ(record.value, 399.0);
}

TEST(GenericRecord, TheLastOfEqualNamesCounts) {
  const auto record = decoded(R"({"id":"a","s":{"v":1},"v":100,"id":"b","s":{"v":2,"v":3},"v":1})",
                              mapping_of("/id", "", "/v"));
  EXPECT_EQ(record.device, "b");
  EXPECT_EQ(record.value, 1.0);
  EXPECT_EQ(
      decoded(R"({"id":"a","s":{"v":1},"s":{"v":2,"v":3}})", mapping_of("/id", "", "/s/v")).value,
      3.0);
}

TEST(GenericRecord, AnArraysPlaceIsAPlainNumber) {
  for (const auto* pointer : {"/v/00", "/v/-1", "/v/2", "/v/", "/v/x", "/v/+0", "/v/0/0", "/id/0"})
    EXPECT_EQ(decoded(R"({"id":"a","v":[1,2]})", mapping_of("/id", "", pointer)).value,
              std::nullopt)
        << pointer;
  EXPECT_EQ(decoded(R"({"id":"a","v":[1,2]})", mapping_of("/id", "", "/v/1")).value, 2.0);
}

TEST(GenericRecord, WhatIsNotThereIsNone) {
  const Mapping mapping = mapping_of("/id", "/ts", "/v");
  for (const std::string_view json :
       {R"({})", R"({"id":{},"ts":true,"v":"x"})", R"({"id":null,"ts":"soon","v":null})",
        R"({"id":"","ts":{},"v":[1]})"}) {
    const auto record = decoded(json, mapping);
    EXPECT_EQ(record.device, "") << json;
    EXPECT_EQ(record.event_time, std::nullopt) << json;
    EXPECT_EQ(record.value, std::nullopt) << json;
  }
}

TEST(GenericRecord, KeepsTheObjectByteForByte) {
  const Mapping mapping = mapping_of("/id", "", "/v");
  const auto record = decoded(" { \"id\" : \"d\",\n \"v\":1.0e0 , \"x\":[ ] }\n", mapping);
  EXPECT_EQ(enriched(record),
            "{ \"id\" : \"d\",\n \"v\":1.0e0 , \"x\":[ ] ," + std::string(kOurs) + "}");
  EXPECT_EQ(enriched(decoded("{}", mapping)), "{" + std::string(kOurs) + "}");
  EXPECT_EQ(enriched(decoded("{ }", mapping)), "{ " + std::string(kOurs) + "}");
}

TEST(GenericRecord, MovesMembersWithOurNamesUnderOriginal) {
  const auto record =
      decoded(R"({"device":"d","v":1,"error":"none","x":2})", mapping_of("/device", "", "/v"));
  EXPECT_EQ(record.device, "d");
  EXPECT_EQ(enriched(record), "{\"v\":1,\"x\":2," + std::string(kOurs) +
                                  ",\"original\":{\"device\":\"d\",\"error\":\"none\"}}");
}

TEST(GenericRecord, RefusesWhatIsNotOneObject) {
  const Mapping mapping = mapping_of("/id", "", "/v");
  GenericRecord record;
  for (const std::string_view json :
       {"", "[]", "{\"id\":\"d\",\"v\":1", "{\"id\":\"d\"}{}", "1", "{\"id\":\"d\",\"v\":tru}"})
    EXPECT_FALSE(decode_generic(json, mapping, record).ok()) << json;
}

TEST(Mapping, NamesThePointerThatIsNone) {
  for (const auto* wrong : {"", "id", "/a~2", "/a~"}) {
    const auto mapping = Mapping::generic("/id", "", wrong);
    ASSERT_FALSE(mapping.ok()) << wrong;
    EXPECT_NE(mapping.error().message().find("input.mapping.value"), std::string::npos);
  }
}

TEST(EnrichedView, ReadsMonitoringRecordsOfBothFormats) {
  const MonitoringRecord record = testing::enriched_ozone_record();
  for (const RecordFormat format : {RecordFormat::kJson, RecordFormat::kBinary}) {
    std::string bytes;
    encode(format, record, bytes);
    EnrichedView view;
    ASSERT_TRUE(decode_view(bytes, Mapping(), view).ok());
    EXPECT_EQ(view.event_time, 1118653200000);
    EXPECT_EQ(view.value, 0.033);
    EXPECT_EQ(view.scores, record.scores);
    EXPECT_EQ(view.enrichment, *record.enrichment());
  }
}

TEST(EnrichedView, ReadsAnyObjectEvenWhereOurNamesWereTaken) {
  const Mapping mapping = mapping_of("/device", "/reason", "/score");
  const auto record = decoded(R"({"device":"d","score":3.5,"reason":1118653200})", mapping);
  EnrichedView view;
  ASSERT_TRUE(decode_view(enriched(record), mapping, view).ok());
  EXPECT_EQ(view.event_time, 1118653200000);
  EXPECT_EQ(view.value, 3.5);
  EXPECT_EQ(view.scores, kScores);
  EXPECT_EQ(view.enrichment, enrichment_of("d"));
}

TEST(EnrichedView, ARecordWithoutEnrichmentIsNone) {
  EnrichedView view;
  EXPECT_FALSE(decode_view("{\"stateCode\":\"GB\"}", Mapping(), view).ok());
  EXPECT_FALSE(decode_view("{\"v\":1}", mapping_of("/id", "", "/v"), view).ok());
  EXPECT_FALSE(decode_view("", Mapping(), view).ok());
}

}  // namespace
}  // namespace cortado::record
