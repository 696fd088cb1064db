// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gmock/gmock.h>

#include "../src/alert_policy.h"
#include "cortado/base/math.h"
#include "cortado/base/random.h"
#include "cortado/detector/detector.h"
#include "cortado/detector/detector_config.h"

namespace cortado::detector {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kHourMs = 3'600'000;

TEST(AlarmBudget, IsReadInTimeAndInRecords) {
  EXPECT_EQ(parse_budget("3/week")->milliseconds, 168 * kHourMs);
  EXPECT_EQ(parse_budget("3/week")->count, 3);
  EXPECT_EQ(parse_budget("0.5/day")->count, 0.5);
  EXPECT_EQ(parse_budget("2/1000 records")->records, 1000);
  EXPECT_EQ(parse_budget("")->count, 0);
  for (const auto* text : {"3", "3/", "/week", "x/week", "0/day", "-1/day", "3/year", "3/0 records",
                           "3/records", "3/1.5 records"}) {
    EXPECT_FALSE(parse_budget(text).ok()) << text;
  }
}

/// Evidence of noise: S exceeds x with a probability of 10^-x.
double noise(base::Random& random) { return -base::log(1 - random.uniform()) / base::log(10); }

std::int64_t alarms_of(AlertPolicy& policy, std::int64_t records, double more, std::uint64_t seed) {
  base::Random random(seed);
  std::int64_t alarms = 0;
  for (std::int64_t i = 0; i < records; ++i) {
    const bool alarm = noise(random) + more >= policy.cut();
    policy.add(alarm, i * kHourMs);
    if (alarm) ++alarms;
  }
  return alarms;
}

TEST(AlertPolicy, WithoutABudgetTheCutStays) {
  AlertPolicy policy({}, 4.2, 3);
  alarms_of(policy, 1000, 3, 1);
  EXPECT_EQ(policy.cut(), 4.2);
}

TEST(AlertPolicy, ABudgetHoldsHoweverStrangeTheRecords) {
  for (const double more : {0.0, 3.0, 6.0}) {
    AlertPolicy policy({.budget = "3/week"}, 4.2, 3);
    const std::int64_t alarms = alarms_of(policy, 168 * 50, more, 2);
    EXPECT_LE(alarms, 150 + 10) << more;
    if (more > 0) {
      EXPECT_GE(alarms, 130) << more;  // such records fill the budget
    } else {
      EXPECT_LE(alarms, 25);  // and these need not: one in a thousand reaches the least cut
    }
  }
}

TEST(AlertPolicy, ABudgetOfRecordsNeedsNoTimes) {
  AlertPolicy policy({.budget = "5/1000 records"}, 4.2, 3);
  base::Random random(3);
  int alarms = 0;
  for (int i = 0; i < 20'000; ++i) {
    const bool alarm = noise(random) + 2 >= policy.cut();
    policy.add(alarm, std::nullopt);
    alarms += alarm ? 1 : 0;
  }
  EXPECT_GE(alarms, 85);
  EXPECT_LE(alarms, 110);
}

TEST(AlertPolicy, TimeThatStandsOrGoesBackBuysNothing) {
  AlertPolicy policy({.budget = "1/day"}, 4.2, 3);
  policy.add(true, 100 * kHourMs);
  EXPECT_EQ(policy.cut(), 5.2);
  policy.add(false, 50 * kHourMs);
  policy.add(false, std::nullopt);
  policy.add(false, 100 * kHourMs);
  EXPECT_EQ(policy.cut(), 5.2);
  policy.add(false, 112 * kHourMs);
  EXPECT_DOUBLE_EQ(policy.cut(), 4.7);
}

TEST(AlertPolicy, DirectionAndLeastDeviations) {
  const AlertPolicy up({.direction = AlertDirection::kUp}, 4.2, 3);
  EXPECT_TRUE(up.worthwhile(5, 4));
  EXPECT_FALSE(up.worthwhile(3, 4));
  const AlertPolicy down({.direction = AlertDirection::kDown}, 4.2, 3);
  EXPECT_FALSE(down.worthwhile(5, 4));
  EXPECT_TRUE(down.worthwhile(3, 4));
  const AlertPolicy far({.min_absolute = 2, .min_relative = 0.1}, 4.2, 3);
  EXPECT_FALSE(far.worthwhile(11.5, 10));
  EXPECT_TRUE(far.worthwhile(12, 10));
  EXPECT_FALSE(far.worthwhile(105, 100));
  EXPECT_TRUE(far.worthwhile(-111, -100));
}

DetectorConfig multiscale() {
  DetectorConfig config;
  config.preset = Preset::kMultiscale;
  return config;
}

/// A quiet device with a spike up and, a day later, one down.
std::vector<Score> spikes(const DetectorConfig& config, const std::string& device) {
  const auto model = Detector::create(config).value()->create_model(device);
  base::Random random(4);
  std::vector<Score> strange;
  for (int i = 0; i < 800; ++i) {
    const double height = i == 600 ? 40 : i == 700 ? -40 : 0;
    const Score score = model->update({device, i * kHourMs, 20 + random.uniform() + height});
    if (height != 0) strange.push_back(score);
  }
  return strange;
}

std::vector<bool> alarms(const std::vector<Score>& scores) {
  std::vector<bool> result;
  for (const auto& score : scores) {
    result.push_back(score.status == base::ScoreStatus::kAlarm);
    EXPECT_EQ(result.back(), *score.score >= 0.5);
  }
  return result;
}

TEST(Alerts, DirectionKeepsTheOtherWayBelowTheBoundary) {
  using ::testing::ElementsAre;
  DetectorConfig config = multiscale();
  EXPECT_THAT(alarms(spikes(config, "a")), ElementsAre(true, true));
  config.alerts.rules.direction = AlertDirection::kUp;
  config.alerts.overrides = {{.device = "b*", .direction = AlertDirection::kDown}};
  EXPECT_THAT(alarms(spikes(config, "a")), ElementsAre(true, false));
  EXPECT_THAT(alarms(spikes(config, "b1")), ElementsAre(false, true));
  config.alerts.rules.min_absolute = 50;
  EXPECT_THAT(alarms(spikes(config, "a")), ElementsAre(false, false));
}

TEST(Alerts, SettingsChangeNoModel) {
  DetectorConfig config = multiscale();
  const auto plain = Detector::create(config).value();
  config.alerts.rules.budget = "1/day";
  config.alerts.rules.direction = AlertDirection::kUp;
  config.faults.gap = false;
  config.advanced.cut = 6;
  config.advanced.least_cut = 2;
  config.advanced.refractory = 7;
  config.warm_up = 33;
  const auto other = Detector::create(config).value();
  EXPECT_EQ(plain->model_hash(), other->model_hash());
  const auto model = plain->create_model("device");
  for (int i = 0; i < 200; ++i) model->update({"device", i * kHourMs, i % 12});
  std::string blob;
  model->save(blob);
  EXPECT_TRUE(other->load_model("device", blob).ok());
  config.advanced.tail_learn = 7;
  EXPECT_NE(plain->model_hash(), Detector::create(config).value()->model_hash());
}

TEST(Alerts, ABadBudgetIsRefusedByName) {
  DetectorConfig config = multiscale();
  config.alerts.overrides = {{.device = "*", .budget = "often"}};
  const auto detector = Detector::create(config);
  ASSERT_FALSE(detector.ok());
  EXPECT_THAT(detector.error().message(), HasSubstr("3/week"));
}

TEST(Alerts, OverridesAreReadAndPrinted) {
  AlertConfig config;
  const auto options = describe(config);
  const auto found = std::find_if(options.begin(), options.end(), [](const auto& option) {
    return option.path == "alerts.overrides";
  });
  base::OptionNode item;
  item.kind = base::OptionNode::Kind::kMapping;
  item.fields = {{"device", base::OptionNode::make_scalar("b*")},
                 {"budget", base::OptionNode::make_scalar("1/day")},
                 {"direction", base::OptionNode::make_scalar("down")},
                 {"min_absolute", base::OptionNode::make_scalar("2")}};
  base::OptionNode list;
  list.kind = base::OptionNode::Kind::kSequence;
  list.items = {item};
  ASSERT_TRUE(found->set(list).ok());
  const AlertRules rules = rules_of(config, "b7");
  EXPECT_EQ(rules.budget, "1/day");
  EXPECT_EQ(rules.direction, AlertDirection::kDown);
  EXPECT_EQ(rules.min_absolute, 2);
  EXPECT_EQ(rules_of(config, "a7").budget, "");
  EXPECT_EQ(found->get().items[0].find("direction")->scalar, "down");
  list.items[0].fields[2].second.scalar = "sideways";
  EXPECT_THAT(found->set(list).error().message(), HasSubstr("both, up or down"));
}

}  // namespace
}  // namespace cortado::detector
