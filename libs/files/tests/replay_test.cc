// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// A CSV through the engine to a CSV.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/files/csv_lane_log.h"
#include "cortado/files/csv_source.h"
#include "cortado/record/json_serde.h"
#include "cortado/record/serde.h"
#include "cortado/stream/engine.h"
#include "recording_observer.h"
#include "temporary_folder.h"

namespace cortado::files {
namespace {

using testing::TemporaryFolder;

/// Counts each device's records; a row without a measurement is a dead letter.
class CountingOperator final : public stream::Operator {
  class Processor final : public stream::DeviceProcessor {
   public:
    void run(std::span<const base::RawRecord* const> records,
             std::span<base::Outcome* const> outcomes, std::size_t) override {
      for (std::size_t i = 0; i < records.size(); ++i) {
        record::MonitoringRecord record;
        EXPECT_TRUE(record::decode(*records[i]->value, record).ok());
        record::Enrichment& enrichment = record.add_enrichment();
        record::make_device_key(record, enrichment.device);
        enrichment.sequence = ++count_;
        outcomes[i]->kind = base::OutcomeKind::kEnriched;
        record::encode(record::RecordFormat::kJson, record, outcomes[i]->value);
      }
    }
    void save(std::string&) const override {}

   private:
    std::int64_t count_ = 0;
  };

 public:
  bool route(const base::RawRecord& raw, std::string& device,
             base::Outcome& immediate) const override {
    record::MonitoringRecord record;
    if (record::decode(*raw.value, record).ok() && record::measurement(record)) {
      return record::make_device_key(record, device);
    }
    immediate.kind = base::OutcomeKind::kDeadLetter;
    immediate.stage = "map";
    immediate.reason = "no measurement";
    return false;
  }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> create(std::string_view) const override {
    return std::unique_ptr<stream::DeviceProcessor>(std::make_unique<Processor>());
  }
  base::Result<std::unique_ptr<stream::DeviceProcessor>> load(std::string_view device,
                                                              std::string_view) const override {
    return create(device);
  }
  std::string model_hash() const override { return "count"; }
  std::uint32_t algorithm_version() const override { return 1; }
};

TEST(ReplayTest, EveryRowComesOutInTheOrderOfTheFile) {
  const TemporaryFolder folder;
  std::string csv =
      "stateCode,countyCode,siteNum,parameterCode,poc,dateGMT,timeGMT,"
      "sampleMeasurement,dateOfLastChange\n";
  constexpr int kRows = 5000;
  for (int i = 0; i < kRows; ++i) {
    const std::string device = std::to_string(i % 7);
    csv += "06,037,000" + device + ",44201,1,2005-01-01,00:00," + (i % 50 == 49 ? "" : "0.5") +
           ",row" + std::to_string(i) + "\n";
  }
  std::vector<std::int64_t> rejected;
  const RejectSink rejects = [&](const record::RejectedRow& row) -> base::Status {
    rejected.push_back(row.line);
    return {};
  };
  auto source = CsvSource::open({.path = folder.write("in.csv", csv)}, rejects, {});
  auto logs = CsvLogFactory::open({.path = folder.file("out.csv")}, rejects);
  ASSERT_TRUE(source.ok() && logs.ok());
  const CountingOperator operation;
  stream::testing::RecordingObserver observer;
  stream::StreamConfig config;
  config.threads = 3;
  stream::StateConfig state;
  state.dir = "";
  auto engine = stream::Engine::create(config, state,
                                       {.source = **source,
                                        .logs = **logs,
                                        .operation = operation,
                                        .observer = observer,
                                        .clock = base::system_clock(),
                                        .files = base::posix_file_system(),
                                        .cluster_id = ""});
  ASSERT_TRUE(engine.ok());
  const base::Status status = (*engine)->run({});
  ASSERT_TRUE(status.ok()) << status.error().message();
  ASSERT_TRUE((*logs)->close().ok());
  EXPECT_EQ((*logs)->rows_written(), kRows - kRows / 50);
  ASSERT_EQ(rejected.size(), static_cast<std::size_t>(kRows / 50));
  EXPECT_EQ(rejected[1], 101);
  const std::string out = folder.read("out.csv");
  std::size_t position = 0;
  for (int i = 0; i < kRows; ++i) {
    if (i % 50 == 49) continue;
    position = out.find(",row" + std::to_string(i) + ",", position);
    ASSERT_NE(position, std::string::npos) << i;
  }
}

}  // namespace
}  // namespace cortado::files
