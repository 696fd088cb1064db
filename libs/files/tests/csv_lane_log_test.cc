// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/files/csv_lane_log.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/files/csv_source.h"
#include "cortado/record/serde.h"
#include "temporary_folder.h"

namespace cortado::files {
namespace {

using record::Field;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::string enriched(record::RecordFormat format, std::int64_t sequence) {
  record::MonitoringRecord record;
  record.set_text(Field::kStateCode, "06");
  record.set_text(Field::kParameterName, "Ozone, 8-hour");
  record.scores = {.prediction = 0.25, .error = 0.5, .anomaly = 1.0, .prediction_next = {}};
  record::Enrichment& enrichment = record.add_enrichment();
  enrichment.device = "06-037-0001-44201-1";
  enrichment.sequence = sequence;
  enrichment.status = base::ScoreStatus::kOk;
  enrichment.model_hash = "abc";
  std::string out;
  record::encode(format, record, out);
  return out;
}

base::Outcome outcome(base::OutcomeKind kind, std::string value = {}) {
  base::Outcome result;
  result.kind = kind;
  result.value = std::move(value);
  result.stage = "decode";
  result.reason = "not a record";
  return result;
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    result.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

const base::TopicPartition kLane{"in.csv", base::Partition(0)};

TEST(CsvLaneLogTest, WritesJsonAndBinaryAsTheSameRows) {
  const TemporaryFolder folder;
  auto factory = CsvLogFactory::open({.path = folder.file("out.csv")}, {});
  ASSERT_TRUE(factory.ok());
  auto log = (*factory)->create(kLane);
  ASSERT_TRUE(log.ok());
  EXPECT_FALSE((*log)->position()->next_offset.has_value());
  ASSERT_TRUE((*log)->begin().ok());
  for (const auto format : {record::RecordFormat::kJson, record::RecordFormat::kBinary}) {
    ASSERT_TRUE(
        (*log)->append({}, outcome(base::OutcomeKind::kEnriched, enriched(format, 7))).ok());
  }
  ASSERT_EQ(*(*log)->commit(base::Offset(2), ""), stream::CommitResult::kCommitted);
  ASSERT_TRUE((*factory)->close().ok());
  const auto rows = lines(folder.read("out.csv"));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0], ::testing::StartsWith("stateCode,countyCode,"));
  EXPECT_THAT(rows[0],
              ::testing::EndsWith("prediction,error,anomaly,predictionNext,device,sequence,score,"
                                  "status,reason,expectedLow,expectedHigh,modelAge,modelHash,"
                                  "schemaVersion"));
  EXPECT_EQ(rows[1], rows[2]);
  EXPECT_THAT(rows[1], HasSubstr("\"Ozone, 8-hour\""));
  EXPECT_THAT(rows[1], ::testing::EndsWith("0.25,0.5,1,,06-037-0001-44201-1,7,,ok,,,,0,abc,1"));
  EXPECT_EQ((*factory)->rows_written(), 2);
}

TEST(CsvLaneLogTest, WritesOtherObjectsByTheirColumns) {
  const TemporaryFolder folder;
  auto factory = CsvLogFactory::open({.path = folder.file("out.csv"), .columns = {"id", "v"}}, {});
  ASSERT_TRUE(factory.ok());
  auto log = (*factory)->create(kLane);
  ASSERT_TRUE((*log)->begin().ok());
  const std::string json =
      R"({"id":"a","v":"1.5","prediction":1,"error":0,"anomaly":0,"predictionNext":2,"device":"a",)"
      R"("sequence":1,"status":"warming","modelAge":1,"modelHash":"h","schemaVersion":1})";
  ASSERT_TRUE((*log)->append({}, outcome(base::OutcomeKind::kEnriched, json)).ok());
  ASSERT_TRUE((*log)->commit(base::Offset(1), "").ok());
  ASSERT_TRUE((*factory)->close().ok());
  EXPECT_EQ(lines(folder.read("out.csv")).at(1), "a,1.5,1,0,0,2,a,1,,warming,,,,1,h,1");
}

TEST(CsvLaneLogTest, DeadLettersGoToTheRejectsIgnoredRecordsNowhere) {
  const TemporaryFolder folder;
  std::vector<std::string> rejects;
  auto factory = CsvLogFactory::open(
      {.path = folder.file("out.csv")}, [&](const record::RejectedRow& row) -> base::Status {
        rejects.push_back(std::to_string(row.line) + "|" + std::string(row.reason) + "|" +
                          std::string(row.bytes));
        return {};
      });
  auto log = (*factory)->create(kLane);
  const base::RawHeader headers[] = {{kLineHeader, "12"}, {kRowHeader, "a,b"}};
  base::RawRecord input;
  input.headers = headers;
  ASSERT_TRUE((*log)->begin().ok());
  ASSERT_TRUE((*log)->append(input, outcome(base::OutcomeKind::kDeadLetter)).ok());
  ASSERT_TRUE((*log)->append(input, outcome(base::OutcomeKind::kIgnored)).ok());
  ASSERT_TRUE((*log)->commit(base::Offset(2), "").ok());
  ASSERT_TRUE((*factory)->close().ok());
  EXPECT_THAT(rejects, ElementsAre("12|decode: not a record|a,b"));
  EXPECT_EQ((*factory)->dead_letters(), 1);
  EXPECT_EQ((*factory)->rows_written(), 0);
  EXPECT_EQ(lines(folder.read("out.csv")).size(), 1U);
}

TEST(CsvLaneLogTest, AnAbortedBatchLeavesNoRow) {
  const TemporaryFolder folder;
  auto factory = CsvLogFactory::open({.path = folder.file("out.csv")}, {});
  auto log = (*factory)->create(kLane);
  ASSERT_TRUE((*log)->begin().ok());
  ASSERT_TRUE((*log)
                  ->append({}, outcome(base::OutcomeKind::kEnriched,
                                       enriched(record::RecordFormat::kBinary, 1)))
                  .ok());
  ASSERT_TRUE((*log)->abort().ok());
  ASSERT_TRUE((*factory)->close().ok());
  EXPECT_EQ(lines(folder.read("out.csv")).size(), 1U);
}

TEST(CsvLaneLogTest, AFileThatCannotBeMadeIsReported) {
  const auto factory = CsvLogFactory::open({.path = "/no/such/folder/out.csv"}, {});
  ASSERT_FALSE(factory.ok());
  EXPECT_THAT(factory.error().message(), HasSubstr("/no/such/folder/out.csv"));
}

}  // namespace
}  // namespace cortado::files
