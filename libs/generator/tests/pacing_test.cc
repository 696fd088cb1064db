// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/pacing.h"

#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manual_clock.h"

namespace cortado::generator {
namespace {

using base::testing::ManualClock;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr base::EpochMillis kHour = 3'600'000;

/// The times, in milliseconds, at which records with these event times leave.
std::vector<std::int64_t> departures(const GeneratorConfig& config,
                                     const std::vector<base::EpochMillis>& events,
                                     std::vector<milliseconds> delays = {}) {
  ManualClock clock;
  auto pacer = Pacer::create(config, clock);
  EXPECT_TRUE(pacer.ok());
  std::vector<std::int64_t> times;
  delays.resize(events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_TRUE(pacer->wait(events[i], {}));
    times.push_back(std::chrono::duration_cast<milliseconds>(clock.steady()).count());
    clock.advance(delays[i]);
  }
  return times;
}

TEST(Pacer, WithoutASettingNothingWaits) {
  EXPECT_THAT(departures({}, {0, kHour, 2 * kHour}), ElementsAre(0, 0, 0));
}

TEST(Pacer, SleepsBetweenBatches) {
  const GeneratorConfig config{.batch_size = 2, .batch_sleep = seconds(1)};
  EXPECT_THAT(departures(config, {0, 0, 0, 0, 0}), ElementsAre(0, 0, 1000, 1000, 2000));
}

TEST(Pacer, TheSleepComesOnTopOfTheSendersOwnTime) {
  const GeneratorConfig config{.batch_size = 1, .batch_sleep = seconds(1)};
  EXPECT_THAT(departures(config, {0, 0, 0}, {milliseconds(300), milliseconds(300)}),
              ElementsAre(0, 1300, 2600));
}

TEST(Pacer, KeepsASteadyRate) {
  EXPECT_THAT(departures({.rate = 4}, {0, 0, 0, 0, 0}), ElementsAre(0, 250, 500, 750, 1000));
}

TEST(Pacer, ShortDelaysAreCaughtUpLongOnesAreNot) {
  EXPECT_THAT(departures({.rate = 4}, {0, 0, 0, 0}, {milliseconds(600)}),
              ElementsAre(0, 600, 600, 750));
  EXPECT_THAT(departures({.rate = 4}, {0, 0, 0, 0}, {seconds(10)}),
              ElementsAre(0, 10'000, 10'250, 10'500));
}

TEST(Pacer, FollowsEventTime) {
  EXPECT_THAT(departures({.speed = 3600}, {5 * kHour, 6 * kHour, 6 * kHour, 9 * kHour}),
              ElementsAre(0, 1000, 1000, 4000));
}

TEST(Pacer, OlderRecordsAreDueAtOnceAndMoveNothing) {
  EXPECT_THAT(departures({.speed = 3600}, {10 * kHour, 12 * kHour, 9 * kHour, 13 * kHour}),
              ElementsAre(0, 2000, 2000, 3000));
}

TEST(Pacer, AStepBackOfMoreThanADayBeginsANewTimeLine) {
  EXPECT_THAT(departures({.speed = 3600}, {1000 * kHour, 1001 * kHour, 0, kHour}),
              ElementsAre(0, 1000, 1000, 2000));
}

TEST(Pacer, RecordsWithoutAnEventTimeAreDueAtOnce) {
  ManualClock clock;
  auto pacer = Pacer::create({.speed = 1}, clock);
  ASSERT_TRUE(pacer.ok());
  EXPECT_TRUE(pacer->wait(std::nullopt, {}));
  EXPECT_TRUE(pacer->wait(std::nullopt, {}));
  EXPECT_EQ(clock.slept().count(), 0);
}

class PacerSleep : public ::testing::TestWithParam<double> {};

// The second rate's wait does not fit 64 bits of nanoseconds.
INSTANTIATE_TEST_SUITE_P(Rates, PacerSleep, ::testing::Values(0.001, 1e-12));

TEST_P(PacerSleep, EndsByAStop) {
  ManualClock clock(0, ManualClock::Sleep::kBlock);
  auto pacer = Pacer::create({.rate = GetParam()}, clock);
  ASSERT_TRUE(pacer.ok());
  std::stop_source stop;
  ASSERT_TRUE(pacer->wait(std::nullopt, stop.get_token()));
  bool went_on = true;
  std::jthread sender([&] { went_on = pacer->wait(std::nullopt, stop.get_token()); });
  clock.wait_for_sleepers(1);
  stop.request_stop();
  clock.advance(milliseconds(100));
  sender.join();
  EXPECT_FALSE(went_on);
  EXPECT_FALSE(pacer->wait(std::nullopt, stop.get_token()));
}

TEST(Pacer, RefusesTwoWays) {
  ManualClock clock;
  const auto pacer = Pacer::create({.batch_size = 10, .rate = 5}, clock);
  ASSERT_FALSE(pacer.ok());
  EXPECT_EQ(pacer.error().code(), base::ErrorCode::kInvalidConfig);
  EXPECT_THAT(pacer.error().message(), HasSubstr("exclude each other"));
}

TEST(Pacing, ParsesRates) {
  EXPECT_EQ(*parse_rate("500/s"), 500);
  EXPECT_EQ(*parse_rate("30/m"), 0.5);
  EXPECT_EQ(*parse_rate("7200/h"), 2);
  EXPECT_EQ(*parse_rate("2.5"), 2.5);
  EXPECT_EQ(*parse_rate(""), 0);
  for (const char* text : {"fast", "-1/s", "5/d", "/s", "1e300", "nan", "5 /s"})
    EXPECT_FALSE(parse_rate(text).ok()) << text;
}

TEST(Pacing, ParsesSpeeds) {
  EXPECT_EQ(*parse_speed("3600x"), 3600);
  EXPECT_EQ(*parse_speed("0.5"), 0.5);
  for (const char* text : {"x", "-1x", "fast", "3600X"})
    EXPECT_FALSE(parse_speed(text).ok()) << text;
}

TEST(Pacing, OptionsReadAndPrint) {
  GeneratorConfig config;
  for (const auto& option : describe(config)) {
    if (option.path == "generator.rate") {
      EXPECT_EQ(option.get().scalar, "");
      EXPECT_TRUE(option.set(base::OptionNode::make_scalar("90/m")).ok());
      EXPECT_EQ(config.rate, 1.5);
      EXPECT_EQ(option.get().scalar, "1.5/s");
      const auto status = option.set(base::OptionNode::make_scalar("quick"));
      ASSERT_FALSE(status.ok());
      EXPECT_EQ(status.error().message(),
                "generator.rate must be of the form 500/s or empty, not \"quick\"");
    }
    EXPECT_TRUE(option.set(option.get()).ok()) << option.path;
  }
  EXPECT_EQ(config.rate, 1.5);
}

TEST(Pacing, ZeroIsNoRate) {
  GeneratorConfig config;
  for (auto& option : describe(config)) {
    const bool rate = option.path == "generator.rate";
    if (!rate && option.path != "generator.speed") continue;
    for (const char* text : {"0", rate ? "0/s" : "0x", "0.0"}) {
      const auto status = option.set(base::OptionNode::make_scalar(text));
      ASSERT_FALSE(status.ok()) << option.path << " " << text;
      EXPECT_THAT(status.error().message(), ::testing::HasSubstr("leave it out"));
    }
    EXPECT_TRUE(option.set(base::OptionNode::make_scalar("")).ok());
  }
}

}  // namespace
}  // namespace cortado::generator
