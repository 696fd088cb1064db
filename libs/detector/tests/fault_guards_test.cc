// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/fault_guards.h"

#include <gmock/gmock.h>

#include "cortado/base/random.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace cortado::detector {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kHourMs = 3'600'000;

TEST(FlatGuard, TellsOnceOfARunThatIsLongerThanAnyBefore) {
  FlatGuard guard(FaultConfig{});
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(guard.add(i / 3));  // runs of three
  EXPECT_FALSE(guard.add(500));
  for (int run = 2; run <= 40; ++run) EXPECT_EQ(guard.add(500), run == 12) << run;
  for (int i = 0; i < 30; ++i) EXPECT_FALSE(guard.add(i));
}

TEST(FlatGuard, ADeviceThatHardlyEverChangesHasNoFlatLines) {
  FlatGuard guard(FaultConfig{});
  for (int i = 0; i < 2000; ++i) EXPECT_FALSE(guard.add(i / 150));
}

TEST(FlatGuard, WhatKeepsComingBackIsTakenForUsual) {
  FlatGuard guard(FaultConfig{});
  for (int i = 0; i < 50; ++i) guard.add(i);
  int told = 0;
  for (int night = 0; night < 60; ++night) {
    for (int i = 0; i < 16; ++i) told += guard.add(0) ? 1 : 0;
    for (int i = 1; i < 9; ++i) told += guard.add(i) ? 1 : 0;
  }
  EXPECT_GE(told, 1);
  EXPECT_LE(told, 4);
}

/// How many flat lines a guard tells of ever longer ones, `changes` records apart.
int flat_lines_told(int changes) {
  FlatGuard guard(FaultConfig{});
  int told = 0;
  double length = 12;
  for (int round = 0; round < 6; ++round, length *= 3) {
    for (int i = 0; i < changes; ++i) guard.add(i);
    for (int i = 0; i < static_cast<int>(length); ++i) told += guard.add(-1) ? 1 : 0;
  }
  return told;
}

TEST(FlatGuard, AfterTheFirstOneOnlyRareOnesAreTold) {
  EXPECT_EQ(flat_lines_told(450), 6);
  EXPECT_EQ(flat_lines_told(100), 1);
}

class TimeGuardOfHours : public ::testing::Test {
 protected:
  TimeGuardOfHours() {
    for (int i = 0; i < 150; ++i) EXPECT_EQ(step(1), "");
  }
  std::string_view step(std::int64_t hours) {
    time_ += hours * kHourMs;
    return guard_.add(time_);
  }
  std::int64_t time_ = 0;
  TimeGuard guard_{FaultConfig{}};
};

TEST_F(TimeGuardOfHours, AGapIsToldOnTheFirstRecordAfterIt) {
  EXPECT_EQ(step(5), "");
  EXPECT_EQ(step(1), "");
  EXPECT_EQ(step(20), "gap");
  EXPECT_EQ(step(1), "");
}

TEST_F(TimeGuardOfHours, AClockThatGoesBackOrLeapsIsToldOnce) {
  EXPECT_EQ(step(-1), "");  // a little late
  EXPECT_EQ(step(-30), "clock");
  EXPECT_EQ(step(1), "");
  EXPECT_EQ(step(24 * 400), "clock");
  EXPECT_EQ(step(1), "");
}

TEST_F(TimeGuardOfHours, RecordsWithoutTimeSayNothing) {
  EXPECT_EQ(guard_.add(std::nullopt), "");
  EXPECT_EQ(step(1), "");
}

TEST(TimeGuard, AnUnevenlySampledDeviceHasNoGaps) {
  TimeGuard guard(FaultConfig{});
  base::Random random(1);
  std::int64_t time = 0;
  int told = 0;
  for (int i = 0; i < 2000; ++i) {
    time += 1000 + static_cast<std::int64_t>(random.below(60'000));
    if (!guard.add(time).empty()) ++told;
  }
  EXPECT_EQ(told, 0);
}

/// How many gaps a guard tells of a device that is silent after every tenth record, and for three
/// times longer after each four hundred.
int gaps_of_a_device_with_pauses(const FaultConfig& config) {
  TimeGuard guard(config);
  std::int64_t time = 0;
  int told = 0;
  std::int64_t pause = 8;
  for (int i = 0; i < 2000; ++i) {
    if (i % 400 == 399) pause *= 3;
    time += (i % 10 == 9 ? pause : 1) * kHourMs;
    if (guard.add(time) == "gap") ++told;
  }
  return told;
}

TEST(TimeGuard, WhereAbsencesAreOrdinaryTheyAreNoGaps) {
  EXPECT_EQ(gaps_of_a_device_with_pauses({}), 0);
  FaultConfig every;
  every.gap_irregular = 1;
  every.every = 1;
  EXPECT_GT(gaps_of_a_device_with_pauses(every), 2);
}

TEST(TimeGuard, ExtremeTimesAreNoTrouble) {
  TimeGuard guard(FaultConfig{});
  for (const std::int64_t time : {INT64_MIN, INT64_MAX, std::int64_t{0}, INT64_MAX, INT64_MIN}) {
    guard.add(time);
  }
  for (int i = 0; i < 30; ++i) guard.add(i % 2 == 0 ? INT64_MIN / 3 : INT64_MAX / 3);
}

FaultConfig limited() {
  FaultConfig config;
  config.limits = {{"ozone-*", 0, 0.5}, {"*", -40, 60}};
  return config;
}

TEST(LimitGuard, TellsOfTheFirstValueThatTheDeviceCannotMeasure) {
  LimitGuard guard(limited(), "ozone-1");
  EXPECT_FALSE(guard.add(0.5));
  EXPECT_TRUE(guard.add(0.51));
  EXPECT_FALSE(guard.add(7));
  EXPECT_FALSE(guard.add(0));
  EXPECT_TRUE(guard.add(-0.01));
  LimitGuard other(limited(), "outside-1");
  EXPECT_FALSE(other.add(-40));
  EXPECT_TRUE(other.add(-41));
}

std::shared_ptr<const Detector> detector_of(const FaultConfig& faults) {
  DetectorConfig config;
  config.preset = Preset::kMultiscale;
  config.faults = faults;
  return Detector::create(config).value();
}

/// What a model of a noisy cycle says of a record `hours` after the last one.
Score after_a_cycle(const FaultConfig& faults, std::int64_t hours, double value, int repeats = 1) {
  const auto model = detector_of(faults)->create_model("ozone-1");
  base::Random random(2);
  std::int64_t time = 0;
  for (int i = 0; i < 500; ++i) {
    time += kHourMs;
    const double usual = 0.02 + 0.001 * (i % 24) + 0.002 * random.uniform();
    model->update({"ozone-1", time, usual});
  }
  Score score;
  for (int i = 0; i < repeats; ++i) {
    time += hours * kHourMs;
    score = model->update({"ozone-1", time, value});
  }
  return score;
}

void expect_fault(const Score& score, std::string_view reason) {
  EXPECT_EQ(score.status, base::ScoreStatus::kAlarm);
  EXPECT_EQ(score.reason, reason);
  EXPECT_GE(*score.score, 0.66);
}

TEST(FaultGuards, EachFaultIsAnAlarmWithItsReason) {
  expect_fault(after_a_cycle(limited(), 1, 0.6), "range");
  expect_fault(after_a_cycle({}, 40, 0.03), "gap");
  expect_fault(after_a_cycle({}, -40, 0.03), "clock");
  expect_fault(after_a_cycle({}, 1, 0.03, 12), "flat");
}

TEST(FaultGuards, EachCanBeSwitchedOff) {
  FaultConfig off = limited();
  off.out_of_range = false;
  off.gap = false;
  off.clock = false;
  off.flat_line = false;
  EXPECT_NE(after_a_cycle(off, 1, 0.6).reason, "range");
  EXPECT_NE(after_a_cycle(off, 40, 0.03).reason, "gap");
  EXPECT_NE(after_a_cycle(off, -40, 0.03).reason, "clock");
  EXPECT_NE(after_a_cycle(off, 1, 0.03, 12).reason, "flat");
}

TEST(FaultGuards, AMovedLevelIsAnAlarmWithReasonLevel) {
  const auto levels = [](bool on) {
    FaultConfig config;
    config.level_shift = on;
    DetectorConfig all;
    all.preset = Preset::kMultiscale;
    all.faults = config;
    all.advanced.htm = false;
    all.advanced.residual_weight = 0;
    all.advanced.change_weight = 0;
    all.advanced.range_limit = 0;
    const auto model = Detector::create(all).value()->create_model("device");
    base::Random random(3);
    int alarms = 0;
    for (int i = 0; i < 2100; ++i) {
      const double value = random.uniform() + (i < 1800 ? 0 : 1.0);
      const Score score = model->update({"device", std::nullopt, value});
      if (i >= 1800 && score.reason == "level") ++alarms;
    }
    return alarms;
  };
  EXPECT_GE(levels(true), 1);
  EXPECT_EQ(levels(false), 0);
}

TEST(FaultConfig, LimitsAreReadAndBadOnesNamed) {
  FaultConfig config;
  const auto options = describe(config);
  const auto limits = std::find_if(options.begin(), options.end(), [](const auto& option) {
    return option.path == "detector.faults.limits";
  });
  base::OptionNode item;
  item.kind = base::OptionNode::Kind::kMapping;
  item.fields = {{"device", base::OptionNode::make_scalar("a*")},
                 {"low", base::OptionNode::make_scalar("1")},
                 {"high", base::OptionNode::make_scalar("2.5")}};
  base::OptionNode list;
  list.kind = base::OptionNode::Kind::kSequence;
  list.items = {item};
  ASSERT_TRUE(limits->set(list).ok());
  ASSERT_EQ(config.limits.size(), 1U);
  EXPECT_EQ(config.limits[0].high, 2.5);
  EXPECT_EQ(limits->get().items[0].find("low")->scalar, "1");
  list.items[0].fields[2].second.scalar = "0.5";
  EXPECT_THAT(limits->set(list).error().message(), HasSubstr("low must be below high"));
  list.items[0].fields.pop_back();
  EXPECT_THAT(limits->set(list).error().message(), HasSubstr("needs device, low and high"));
  EXPECT_EQ(config.limits.size(), 1U);
}

}  // namespace
}  // namespace cortado::detector
