// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/monitoring_record.h"

#include <gtest/gtest.h>

#include "record_builder.h"

namespace cortado::record {
namespace {

TEST(MonitoringRecord, IsEmptyAtFirst) {
  const MonitoringRecord record;
  for (std::size_t i = 0; i < kFieldCount; ++i)
    EXPECT_EQ(record.text(static_cast<Field>(i)), "") << kJsonNames[i];
  EXPECT_EQ(record.enrichment(), nullptr);
  EXPECT_FALSE(record.scores.prediction.has_value());
}

TEST(MonitoringRecord, KeepsTextsSetInAnyOrderAgainAndAgain) {
  MonitoringRecord record;
  std::array<std::string, kFieldCount> plain;
  base::Random random(7);
  for (int round = 0; round < 5000; ++round) {
    const std::size_t i = random.below(kFieldCount);
    plain[i] = testing::random_text(random, 60);
    record.set_text(static_cast<Field>(i), plain[i]);
    const std::size_t seen = random.below(kFieldCount);
    ASSERT_EQ(record.text(static_cast<Field>(seen)), plain[seen]) << "round " << round;
  }
}

TEST(MonitoringRecord, TakesATextOfItsOwn) {
  MonitoringRecord record;
  record.set_text(Field::kStateName, "England");
  for (int i = 0; i < 40; ++i) {
    record.set_text(Field::kCountyName, record.text(Field::kStateName));
    record.set_text(Field::kStateName, std::string(record.text(Field::kCountyName)) + "x");
  }
  EXPECT_EQ(record.text(Field::kCountyName), "England" + std::string(39, 'x'));
}

TEST(MonitoringRecord, CopiesAndMovesStandAlone) {
  MonitoringRecord first = testing::enriched_ozone_record();
  const MonitoringRecord copy = first;
  MonitoringRecord moved = std::move(first);
  EXPECT_EQ(copy, moved);
  moved.set_text(Field::kStateCode, "XX");
  EXPECT_EQ(copy.text(Field::kStateCode), "GB");
  first = copy;  // a record moved from may be used again
  EXPECT_EQ(first, copy);
}

TEST(MonitoringRecord, ClearLeavesNothing) {
  MonitoringRecord record = testing::enriched_ozone_record();
  record.add_extra("a", "1");
  record.clear();
  EXPECT_EQ(record, MonitoringRecord());
}

TEST(MonitoringRecord, FieldsAreFoundByBothNames) {
  EXPECT_EQ(field_of("dateGMT"), Field::kDateGmt);
  EXPECT_EQ(field_of("Date GMT"), Field::kDateGmt);
  EXPECT_EQ(field_of("Units of Measure"), Field::kUnitsOfMeasure);
  EXPECT_EQ(field_of("dategmt"), std::nullopt);
  EXPECT_EQ(kJsonNames[index_of(Field::kDateOfLastChange)], "dateOfLastChange");
  EXPECT_EQ(kCsvTitles[index_of(Field::kDateOfLastChange)], "Date of Last Change");
}

TEST(DeviceKey, JoinsItsFiveParts) {
  MonitoringRecord record = testing::ozone_record();
  EXPECT_EQ(device_key(record).get(), "GB-033-0682-44201-1");
  std::string key = "old";
  EXPECT_TRUE(make_device_key(record, key));
  EXPECT_EQ(key, "GB-033-0682-44201-1");
  record.set_text(Field::kSiteNum, "");
  EXPECT_FALSE(make_device_key(record, key));
}

TEST(EventTime, IsDateAndTimeGmt) {
  MonitoringRecord record = testing::ozone_record();
  EXPECT_EQ(event_time(record), 1118653200000);
  record.set_text(Field::kTimeGmt, "25:00");
  EXPECT_EQ(event_time(record), std::nullopt);
}

TEST(Measurement, IsAFiniteNumberOrNone) {
  for (const auto* text : {"", " ", "n/a", "NaN", "inf", "1e999", "0.1.2", "0x10", "--1", "+-1"})
    EXPECT_EQ(measurement(testing::ozone_record(text)), std::nullopt) << text;
  EXPECT_EQ(measurement(testing::ozone_record("0.033")), 0.033);
  EXPECT_EQ(measurement(testing::ozone_record(" -12 ")), -12.0);
  EXPECT_EQ(measurement(testing::ozone_record("+1.5e2")), 150.0);
}

}  // namespace
}  // namespace cortado::record
