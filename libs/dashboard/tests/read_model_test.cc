// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "read_model.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

using testing::make_batch;
using testing::make_row;

HttpConfig config_with(std::int64_t history, std::int64_t memory) {
  HttpConfig config;
  config.history = history;
  config.history_memory = memory;
  return config;
}

TEST(ReadModel, KeepsTheNewestPointsOfEachDevice) {
  ReadModel model(config_with(500, 64 << 20));
  for (int i = 1; i <= 700; ++i) model.add(make_row("a", i));
  model.add(make_row("b", 1));
  ASSERT_NE(model.find("a"), nullptr);
  EXPECT_EQ(model.find("a")->points.size(), 500U);
  EXPECT_EQ(model.find("a")->points[0].sequence, 201);
  EXPECT_EQ(model.find("a")->points.back().sequence, 700);
  EXPECT_EQ(model.find("b")->points.size(), 1U);
  EXPECT_EQ(model.find("c"), nullptr);
  EXPECT_EQ(model.totals().records, 701);
}

TEST(ReadModel, CountsAlarmsAndInvalidRecordsAndRemembersTheLastAnomaly) {
  ReadModel model(HttpConfig{});
  DeviceRow row = make_row("a", 1);
  row.status = base::ScoreStatus::kAlarm;
  row.anomaly = 0.9;
  row.reason = "pattern";
  model.add(row);
  row = make_row("a", 2);
  row.status = base::ScoreStatus::kInvalid;
  row.value = std::nullopt;
  model.add(row);
  const Device& device = *model.find("a");
  EXPECT_EQ(device.alarms, 1);
  EXPECT_EQ(model.totals().alarms, 1);
  EXPECT_EQ(model.totals().invalid, 1);
  ASSERT_TRUE(device.last_anomaly.has_value());
  EXPECT_EQ(device.last_anomaly->sequence, 1);
  EXPECT_EQ(model.reason(*device.last_anomaly), "pattern");
  EXPECT_TRUE(std::isnan(device.points.back().value));
}

TEST(ReadModel, OrdersDevicesByTheirNewestRecord) {
  ReadModel model(HttpConfig{});
  for (const char* name : {"a", "b", "c", "a"}) model.add(make_row(name, 1));
  std::string order;
  for (const Device* device : model.by_age()) order += device->name;
  EXPECT_EQ(order, "bca");
}

TEST(ReadModel, MemoryStaysWithinItsBoundWithManyDevices) {
  const HttpConfig config = config_with(2000, 1 << 20);
  ReadModel model(config);
  for (int round = 1; round <= 60; ++round) {
    for (int i = 0; i < 1000; ++i) model.add(make_row("device " + std::to_string(i), round));
    ASSERT_LE(model.points_bytes(), static_cast<std::size_t>(config.history_memory));
  }
  EXPECT_GT(model.totals().evicted, 0);
  EXPECT_GE(model.devices().size(), 100U);
  EXPECT_EQ(model.totals().records, 60'000);
}

TEST(ReadModel, DevicesShareTheMemoryAndWatchedOnesKeepMore) {
  ReadModel model(config_with(2000, 16 << 20));
  model.watch("device 7");
  for (int round = 1; round <= 2500; ++round) {
    for (int i = 0; i < 200; ++i) model.add(make_row("device " + std::to_string(i), round));
  }
  EXPECT_EQ(model.devices().size(), 200U);
  EXPECT_EQ(model.find("device 7")->points.size(), 2000U);
  EXPECT_GT(model.find("device 8")->points.size(), 300U);
  EXPECT_LT(model.find("device 8")->points.size(), 800U);
  EXPECT_LE(model.points_bytes(), 16U << 20);
  model.unwatch("device 7");
  model.add(make_row("device 7", 2501));
  EXPECT_LT(model.find("device 7")->points.size(), 1000U);
}

TEST(ReadModel, MakingRoomLooksAtNoMoreDevicesThanRecordsCame) {
  ReadModel model(config_with(2000, 1 << 20));
  std::uint64_t records = 0;
  const auto record = [&](int device, int round) {
    const std::uint64_t before = model.looked_at();
    model.add(make_row("device " + std::to_string(device), round));
    ++records;
    return model.looked_at() - before;
  };
  std::uint64_t most = 0;
  // Far more devices than there is room for, each with one record: one has to go for each.
  for (int i = 0; i < 3000; ++i) most = std::max(most, record(i, 1));
  EXPECT_GT(model.totals().evicted, 2500);
  EXPECT_LE(most, 2U);
  // Those that are left get histories, up to the least that a device keeps, and beyond.
  for (int round = 2; round <= 200; ++round) {
    for (int i = 2900; i < 3000; ++i) record(i, round);
  }
  EXPECT_LE(model.looked_at(), records);
  EXPECT_LE(model.points_bytes(), 1U << 20);
}

TEST(ReadModel, MakingRoomForMoreDevicesShortensEachHistoryNowAndThen) {
  ReadModel model(config_with(2000, 16 << 20));
  std::uint64_t records = 0;
  for (int device = 0; device < 400; ++device) {
    for (int round = 1; round <= 1000; ++round, ++records)
      model.add(make_row("device " + std::to_string(device), round));
  }
  EXPECT_EQ(model.devices().size(), 400U);
  EXPECT_LE(model.points_bytes(), 16U << 20);
  EXPECT_GT(model.looked_at(), 0U);
  EXPECT_LE(model.looked_at(), records / 50);
}

TEST(ReadModel, TheLongestHistoriesAreShortenedFirst) {
  ReadModel model(config_with(2000, 1 << 20));
  const auto fill = [&](const std::string& device, int records) {
    for (int i = 1; i <= records; ++i) model.add(make_row(device, i));
  };
  fill("short", 40);
  fill("long", 2000);
  for (int device = 0; device < 20; ++device) fill("more " + std::to_string(device), 300);
  EXPECT_EQ(model.find("short")->points.size(), 40U);
  EXPECT_LT(model.find("long")->points.size(), 1000U);
  EXPECT_EQ(model.find("long")->points.back().sequence, 2000);
}

TEST(ReadModel, AWatchedDeviceIsShortenedWhenItIsWatchedNoMore) {
  ReadModel model(config_with(2000, 1 << 20));
  model.watch("a");
  for (int i = 1; i <= 2000; ++i) model.add(make_row("a", i));
  const std::size_t watched = model.find("a")->points.size();
  for (int i = 1; i <= 100; ++i) model.add(make_row("silent", i));
  model.watch("silent");
  EXPECT_LT(model.find("a")->points.size(), watched) << "two share what watched devices may take";
  model.unwatch("silent");
  model.unwatch("a");
  for (int device = 0; device < 165; ++device) {
    for (int i = 1; i <= 32; ++i) model.add(make_row("other " + std::to_string(device), i));
  }
  EXPECT_LE(model.points_bytes(), 1U << 20);
  ASSERT_NE(model.find("a"), nullptr);
  EXPECT_LT(model.find("a")->points.size(), 50U);
}

TEST(ReadModel, KeepsTheActivityOfAlarmsAndOfEachNewestRecord) {
  ReadModel model(HttpConfig{});
  const auto row = [](std::int64_t sequence, bool alarm) {
    DeviceRow made = make_row("a", sequence);
    if (alarm) made.status = base::ScoreStatus::kAlarm;
    made.activity.begin("columns", 2048);
    made.activity.add(static_cast<std::uint32_t>(sequence), true);
    return made;
  };
  for (int i = 1; i <= 5; ++i) model.add(row(i, i == 2));
  model.add(make_row("a", 6));  // of a batch whose last record it was not
  const Device& device = *model.find("a");
  ASSERT_NE(model.activity(device, 2), nullptr);
  EXPECT_EQ(model.activity(device, 2)->active(0)[0].number, 2);
  ASSERT_NE(model.activity(device, 5), nullptr);
  EXPECT_EQ(model.activity(device, 5)->active(0)[0].number, 5);
  for (const int none : {1, 3, 4, 6}) EXPECT_EQ(model.activity(device, none), nullptr) << none;
  model.watch("a");
  for (int i = 7; i <= 1000; ++i) model.add(row(i, false));
  EXPECT_EQ(model.activity(device, 1000 - 512), nullptr);
  EXPECT_NE(model.activity(device, 1000 - 511), nullptr);
  EXPECT_EQ(model.activity(device, 700)->active(0)[0].number, 700);
}

TEST(ReadModel, AnEvictedModelHoldsNothing) {
  ReadModel model(HttpConfig{});
  DeviceRow row = make_row("a", 1);
  row.model_bytes = 1000;
  model.add(row);
  EXPECT_EQ(model.find("a")->model_bytes, 1000);
  model.add(ResidencyRow{.device = "a", .resident = false});
  EXPECT_EQ(model.find("a")->model_bytes, 0);
}

DeviceRow make_former(const char* device, std::int64_t number) {
  DeviceRow row = make_row(device, number);
  row.offset = base::Offset(number);
  row.former = true;
  return row;
}

TEST(ReadModel, ShowsFormerRecordsAndLeavesThemOutOfTheSums) {
  ReadModel model(HttpConfig{});
  DeviceRow alarm = make_former("a", 7);
  alarm.status = base::ScoreStatus::kAlarm;
  alarm.committed_ms = 5'000;
  model.add(alarm, 60'000);
  DeviceRow invalid = make_former("b", 1);
  invalid.status = base::ScoreStatus::kInvalid;
  model.add(invalid, 60'000);
  const Device& device = *model.find("a");
  EXPECT_EQ(device.points.back().sequence, 7);
  EXPECT_EQ(device.seen_ms, 5'000);
  ASSERT_TRUE(device.last_anomaly.has_value());
  ASSERT_EQ(model.anomalies().size(), 1U);
  EXPECT_EQ(device.records, 1);
  EXPECT_EQ(device.alarms, 1);
  const Totals& totals = model.totals();
  EXPECT_EQ(totals.records + totals.alarms + totals.invalid, 0);
}

TEST(ReadModel, AFormerRecordComesTooLateBehindANewerOne) {
  ReadModel model(HttpConfig{});
  model.add(make_former("a", 3));
  DeviceRow live = make_row("a", 4);
  live.offset = base::Offset(4);
  model.add(live);
  const Version before = model.version();
  for (const int number : {2, 3, 4}) model.add(make_former("a", number));
  EXPECT_EQ(model.version(), before);
  EXPECT_EQ(model.find("a")->points.size(), 2U);
  model.add(make_former("a", 5));  // that another worker scored meanwhile
  EXPECT_EQ(model.find("a")->points.back().sequence, 5);
}

TEST(ReadModel, LetsGoOfTheDevicesOfPartitionsThatWentAndTakesThemBack) {
  ReadModel model(HttpConfig{});
  DeviceRow row = make_former("a", 1);
  row.status = base::ScoreStatus::kAlarm;
  row.partition = base::Partition(3);
  model.add(row);
  DeviceRow other = make_former("b", 1);
  other.partition = base::Partition(4);
  model.add(other);
  const auto roster = model.roster();
  const std::size_t bytes = model.points_bytes();
  std::vector<LaneRow> both(2);
  both[0].partition = base::Partition(3);
  both[1].partition = base::Partition(4);
  const auto one = std::span(both).last(1);
  for (int i = 1; i < ReadModel::kAbsences; ++i) model.keep(one);
  model.keep(both);  // a rebalance that gave it back
  for (int i = 1; i < ReadModel::kAbsences; ++i) model.keep(one);
  EXPECT_NE(model.find("a"), nullptr);
  model.keep(one);
  EXPECT_EQ(model.find("a"), nullptr);
  EXPECT_NE(model.find("b"), nullptr);
  EXPECT_NE(model.roster(), roster);
  EXPECT_LT(model.points_bytes(), bytes);
  EXPECT_EQ(model.totals().evicted, 0);
  EXPECT_EQ(model.anomalies().size(), 1U);
  model.add(row);
  EXPECT_TRUE(model.find("a")->last_anomaly.has_value());
  EXPECT_EQ(model.anomalies().size(), 1U) << "the alarm is listed once";
  EXPECT_EQ(model.points_bytes(), bytes);
}

TEST(ReadModel, KeepsTheNewestBatches) {
  ReadModel model(HttpConfig{});
  for (int i = 1; i <= 1200; ++i) model.add(make_batch(i, 10));
  EXPECT_EQ(model.batches().size(), ReadModel::kBatches);
  EXPECT_EQ(model.batches().back().row.batch, 1200);
  EXPECT_EQ(model.totals().batches, 1200);
}

}  // namespace
}  // namespace cortado::dashboard
