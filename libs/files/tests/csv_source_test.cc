// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/files/csv_source.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/record/binary_serde.h"
#include "temporary_folder.h"

namespace cortado::files {
namespace {

using record::Field;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

constexpr std::string_view kHeader =
    "stateCode,countyCode,siteNum,parameterCode,poc,dateGMT,timeGMT,sampleMeasurement\n";

class Listener final : public stream::AssignmentListener {
 public:
  void assigned(std::span<const base::TopicPartition> partitions) override {
    for (const auto& each : partitions)
      events.push_back("+" + std::to_string(each.partition.get()));
  }
  void revoked(std::span<const base::TopicPartition> partitions) override {
    for (const auto& each : partitions)
      events.push_back("-" + std::to_string(each.partition.get()));
  }
  void lost(std::span<const base::TopicPartition>) override { events.push_back("lost"); }
  std::vector<std::string> events;
};

struct Received {
  std::int64_t offset;
  std::string value;
  std::string line;
  std::string row;
};

class Receiver final : public stream::RecordReceiver {
 public:
  void receive(const base::RawRecord& record) override {
    records.push_back({record.offset.get(), std::string(*record.value),
                       std::string(*record.headers[0].value),
                       std::string(*record.headers[1].value)});
  }
  std::vector<Received> records;
};

struct Rejects {
  std::vector<std::pair<std::int64_t, std::string>> rows;
  RejectSink sink() {
    return [this](const record::RejectedRow& row) -> base::Status {
      rows.emplace_back(row.line, std::string(row.bytes));
      return {};
    };
  }
};

/// Poll until the end.
base::Status read_all(CsvSource& source, Listener& listener, Receiver& receiver,
                      std::size_t limit = 2) {
  CORTADO_TRY(source.start(listener));
  while (true) {
    const std::size_t before = receiver.records.size();
    CORTADO_ASSIGN(const stream::SourceState state,
                   source.poll(std::chrono::milliseconds(0), limit, receiver));
    EXPECT_LE(receiver.records.size() - before, limit);
    if (state == stream::SourceState::kFinished) return {};
  }
}

TEST(CsvSourceTest, DeliversRowsAsBinaryRecordsInOrder) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("in.csv", std::string(kHeader) +
                                 "06,037,0001,44201,1,2005-01-01,00:00,0.01\n"
                                 "06,037,0001,44201,1,2005-01-01,01:00,0.02\n"
                                 "06,037,0001,44201,1,2005-01-01,02:00,0.03\n");
  std::int64_t done = 0;
  std::int64_t all = 0;
  auto source = CsvSource::open({.path = path}, {}, [&](std::int64_t position, std::int64_t size) {
    done = position;
    all = size;
  });
  ASSERT_TRUE(source.ok()) << source.error().message();
  Listener listener;
  Receiver receiver;
  ASSERT_TRUE(read_all(**source, listener, receiver).ok());
  (*source)->close();
  EXPECT_THAT(listener.events, ElementsAre("+0", "-0"));
  ASSERT_EQ(receiver.records.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(receiver.records[i].offset, static_cast<std::int64_t>(i));
    EXPECT_EQ(receiver.records[i].line, std::to_string(i + 2));
    record::MonitoringRecord record;
    ASSERT_TRUE(record::decode_binary(receiver.records[i].value, record).ok());
    EXPECT_EQ(record.text(Field::kSampleMeasurement), "0.0" + std::to_string(i + 1));
  }
  EXPECT_EQ(receiver.records[0].row, "06,037,0001,44201,1,2005-01-01,00:00,0.01");
  EXPECT_EQ((*source)->rows_read(), 3);
  EXPECT_EQ((*source)->rows_rejected(), 0);
  EXPECT_TRUE((*source)->columns().empty());
  EXPECT_EQ(done, all);
  EXPECT_GT(all, 0);
}

TEST(CsvSourceTest, DeliversRowsAsJsonObjects) {
  const TemporaryFolder folder;
  const std::string path = folder.write("in.csv", "id,ts,v\na,2020-01-01,1.5\n\"b\"\"c\",,x\n");
  auto source = CsvSource::open({.path = path, .form = RowForm::kJsonObject}, {}, {});
  ASSERT_TRUE(source.ok()) << source.error().message();
  Listener listener;
  Receiver receiver;
  ASSERT_TRUE(read_all(**source, listener, receiver).ok());
  ASSERT_EQ(receiver.records.size(), 2U);
  EXPECT_EQ(receiver.records[0].value, R"({"id":"a","ts":"2020-01-01","v":"1.5"})");
  EXPECT_EQ(receiver.records[1].value, R"({"id":"b\"c","ts":"","v":"x"})");
  EXPECT_THAT((*source)->columns(), ElementsAre("id", "ts", "v"));
}

TEST(CsvSourceTest, RejectedRowsAreToldAndTakeNoOffset) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("in.csv", std::string(kHeader) +
                                 "06,037,0001,44201,1,2005-01-01,00:00,0.01\n"
                                 "too,short\n"
                                 "06,037,0001,44201,1,2005-01-01,02:00,0.03\n");
  Rejects rejects;
  auto source = CsvSource::open({.path = path}, rejects.sink(), {});
  ASSERT_TRUE(source.ok());
  Listener listener;
  Receiver receiver;
  ASSERT_TRUE(read_all(**source, listener, receiver, 100).ok());
  EXPECT_THAT(rejects.rows, ElementsAre(std::pair(std::int64_t{3}, std::string("too,short"))));
  EXPECT_EQ((*source)->rows_rejected(), 1);
  ASSERT_EQ(receiver.records.size(), 2U);
  EXPECT_EQ(receiver.records[1].offset, 1);
  EXPECT_EQ(receiver.records[1].line, "4");
}

TEST(CsvSourceTest, AFailingRejectSinkEndsTheRun) {
  const TemporaryFolder folder;
  const std::string path = folder.write("in.csv", std::string(kHeader) + "short\n");
  auto source = CsvSource::open({.path = path},
                                [](const record::RejectedRow&) -> base::Status {
                                  return base::Error(base::ErrorCode::kIo, "disk full");
                                },
                                {});
  ASSERT_TRUE(source.ok());
  Listener listener;
  Receiver receiver;
  EXPECT_EQ(read_all(**source, listener, receiver).error().message(), "disk full");
}

TEST(CsvSourceTest, SeeksOnlyToWhereItStands) {
  const TemporaryFolder folder;
  auto source = CsvSource::open({.path = folder.write("in.csv", kHeader)}, {}, {});
  ASSERT_TRUE(source.ok());
  const base::TopicPartition lane{folder.file("in.csv"), base::Partition(0)};
  EXPECT_TRUE((*source)->seek(lane, base::Offset(0)).ok());
  EXPECT_EQ((*source)->seek(lane, base::Offset(7)).error().code(), base::ErrorCode::kNotFound);
  EXPECT_EQ((*source)->watermarks(lane)->low.get(), 0);
  EXPECT_EQ(*(*source)->partition_count(), 1);
}

TEST(CsvSourceTest, AMissingFileIsNotFound) {
  const auto source = CsvSource::open({.path = "/no/such/file.csv"}, {}, {});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code(), base::ErrorCode::kNotFound);
  EXPECT_THAT(source.error().message(), HasSubstr("/no/such/file.csv"));
}

TEST(CsvSourceTest, AHeaderWithoutTheDeviceIsRefused) {
  const TemporaryFolder folder;
  const auto source = CsvSource::open({.path = folder.write("in.csv", "a,b\n1,2\n")}, {}, {});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.error().code(), base::ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace cortado::files
