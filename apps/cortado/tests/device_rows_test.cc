// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// What the page is told of an outcome is what readers of the enriched record read.
#include "device_rows.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "scoring.h"

namespace cortado::app {
namespace {

constexpr base::EpochMillis kStart = 1'577'836'800'000;  // 2020-01-01

std::string aqs_record(int hour, const std::string& value) {
  const std::string clock = (hour % 24 < 10 ? "0" : "") + std::to_string(hour % 24) + ":00";
  const std::string day = (hour / 24 % 28 < 9 ? "0" : "") + std::to_string(hour / 24 % 28 + 1);
  return R"({"stateCode":"36","countyCode":"005","siteNum":"0010","parameterCode":"44201","poc":"1",)"
         R"("dateGMT":"2020-01-)" +
         day + R"(","timeGMT":")" + clock + R"(","sampleMeasurement":")" + value + R"("})";
}

std::string generic_record(int hour, const std::string& value) {
  return R"({"id":"a","ts":)" + std::to_string(kStart + hour * 3'600'000LL) + R"(,"v":)" + value +
         "}";
}

/// Numbers of all kinds, a fault, and what no model takes.
std::string value_at(int i) {
  if (i % 61 == 60) return "1e308";
  if (i % 47 == 46) return "-3";
  if (i % 37 == 36) return "7.5";
  return std::to_string(0.03 + 0.001 * (i * 7 % 24));
}

void expect_same(const dashboard::DeviceRow& told, const dashboard::DeviceRow& read) {
  EXPECT_EQ(told.device, read.device);
  EXPECT_EQ(told.partition, read.partition);
  EXPECT_EQ(told.offset, read.offset);
  EXPECT_EQ(told.log_time_ms, read.log_time_ms);
  EXPECT_EQ(told.sequence, read.sequence);
  EXPECT_EQ(told.event_time_ms, read.event_time_ms);
  EXPECT_EQ(told.value, read.value);
  EXPECT_EQ(told.prediction, read.prediction);
  EXPECT_EQ(told.error, read.error);
  EXPECT_EQ(told.anomaly, read.anomaly);
  EXPECT_EQ(told.prediction_next, read.prediction_next);
  EXPECT_EQ(told.score, read.score);
  EXPECT_EQ(told.status, read.status);
  EXPECT_EQ(told.reason, read.reason);
  EXPECT_EQ(told.expected_low, read.expected_low);
  EXPECT_EQ(told.expected_high, read.expected_high);
  EXPECT_EQ(told.model_age, read.model_age);
}

struct Case {
  enrich::EnrichConfig enrich;
  std::string (*make)(int, const std::string&);
};

std::array<Case, 4> cases() {
  std::array<Case, 4> all;
  all[0].make = all[1].make = aqs_record;
  all[1].enrich.output_format = record::RecordFormat::kBinary;
  all[2].make = all[3].make = generic_record;
  all[2].enrich.mapping = {.aqs = false, .device = "/id", .time = "/ts", .value = "/v"};
  all[3].enrich.mapping = {.aqs = false, .device = "/id", .time = "", .value = "/v"};
  return all;
}

TEST(DeviceRows, AnOutcomeSaysWhatItsRecordSays) {
  for (const auto preset : {detector::Preset::kSeed, detector::Preset::kMultiscale}) {
    for (const Case& one : cases()) {
      detector::DetectorConfig config;
      config.preset = preset;
      config.warm_up = 20;
      config.reject_negative = true;
      const auto scoring = make_scoring(one.enrich, config, true);
      ASSERT_TRUE(scoring.ok());
      const auto device = scoring->operation->create("a").value();
      DeviceRows reader(*enrich::make_mapping(one.enrich));
      for (int i = 0; i < 300; ++i) {
        const std::string value = one.make(i, value_at(i));
        base::RawRecord raw{};
        raw.topic = "in";
        raw.partition = base::Partition(2);
        raw.offset = base::Offset(i);
        raw.timestamp_ms = kStart + i;
        raw.value = value;
        base::Outcome outcome;
        const std::array<const base::RawRecord*, 1> records = {&raw};
        const std::array<base::Outcome*, 1> outcomes = {&outcome};
        device->run(records, outcomes, 0);
        ASSERT_EQ(outcome.kind, base::OutcomeKind::kEnriched) << outcome.reason;
        dashboard::DeviceRow told;
        dashboard::DeviceRow read;
        fill_row(raw, outcome, told);
        ASSERT_TRUE(reader.read(raw, outcome.value, read));
        if (one.make == aqs_record) read.device = told.device;  // the record's own key
        expect_same(told, read);
        EXPECT_GT(told.model_bytes, 0);
      }
    }
  }
}

TEST(DeviceRows, ModelsInMemoryAreCountedTogether) {
  const auto scoring = make_scoring({}, {});
  ASSERT_TRUE(scoring.ok());
  EXPECT_EQ(scoring->operation->model_bytes(), 0);
  auto first = scoring->operation->create("a").value();
  const std::string value = aqs_record(1, "0.03");
  base::RawRecord raw{};
  raw.value = value;
  base::Outcome outcome;
  const std::array<const base::RawRecord*, 1> records = {&raw};
  const std::array<base::Outcome*, 1> outcomes = {&outcome};
  first->run(records, outcomes, 0);
  const std::int64_t one = scoring->operation->model_bytes();
  EXPECT_EQ(one, outcome.model_bytes);
  std::string blob;
  first->save(blob);
  auto second = scoring->operation->load("b", blob).value();
  EXPECT_GT(scoring->operation->model_bytes(), one);
  first.reset();
  second.reset();
  EXPECT_EQ(scoring->operation->model_bytes(), 0);
}

}  // namespace
}  // namespace cortado::app
