// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "health_watch.h"

#include <array>
#include <future>
#include <optional>

#include <gtest/gtest.h>

#include "manual_clock.h"

namespace cortado::app {
namespace {

/// Remembers what it was told.
class ToldDashboard final : public dashboard::Dashboard {
 public:
  void publish(std::span<const dashboard::DeviceRow>) override {}
  void publish(const dashboard::BatchRow&) override {}
  void publish(const dashboard::MemoryRow&) override {}
  void publish(const dashboard::ProcessRow& row) override { process = row; }
  void publish(const dashboard::SnapshotRow&) override {}
  void publish(const dashboard::JournalRow&) override {}
  void publish(const dashboard::ActiveBatch&) override {}
  void publish(std::span<const dashboard::ResidencyRow>) override {}
  void publish(std::span<const dashboard::LaneRow> rows) override {
    lanes.assign(rows.begin(), rows.end());
  }
  void set_facts(dashboard::DashboardFacts told) override {
    facts = std::move(told);
    ++facts_told;
  }
  void set_ready(bool is, std::string why) override {
    ready = is;
    reason = std::move(why);
  }
  std::string url() const override { return {}; }
  void stop() override {}

  dashboard::ProcessRow process;
  std::vector<dashboard::LaneRow> lanes;
  dashboard::DashboardFacts facts;
  int facts_told = 0;
  bool ready = false;
  std::string reason;
};

dashboard::DashboardFacts some_facts() {
  dashboard::DashboardFacts facts;
  facts.version = "1";
  return facts;
}

class HealthWatchTest : public ::testing::Test {
 protected:
  HealthWatchTest()
      : watch(page, book, clock, some_facts(),
              {.ask = [this]() -> base::Result<std::vector<base::Offset>> {
                if (trouble) return *trouble;
                return std::vector<base::Offset>{base::Offset(5), base::Offset(6)};
              }}) {}

  void ask_and_look() {
    watch.ask();
    watch.look();
  }

  void assign(int partition) {
    const std::array lanes = {base::TopicPartition{"t", base::Partition(partition)}};
    book.assigned(lanes);
    book.set_state(lanes[0], dashboard::LaneState::kRunning, "");
  }

  ToldDashboard page;
  LaneBook book;
  base::testing::ManualClock clock;
  std::optional<base::Error> trouble;
  HealthWatch watch;
};

TEST_F(HealthWatchTest, IsReadyWhenLanesRunAndTheTopicsCanBeReached) {
  ask_and_look();
  EXPECT_FALSE(page.ready);
  EXPECT_EQ(page.reason, "no partition is assigned yet");
  assign(1);
  ask_and_look();
  EXPECT_TRUE(page.ready);
  EXPECT_EQ(page.reason, "");
  ASSERT_EQ(page.lanes.size(), 1U);
  EXPECT_EQ(page.lanes[0].end_offset, base::Offset(6));
  trouble = base::Error(base::ErrorCode::kUnavailable, "no broker answers");
  ask_and_look();
  EXPECT_FALSE(page.ready);
  EXPECT_EQ(page.reason, "no broker answers");
  trouble.reset();
  ask_and_look();
  EXPECT_TRUE(page.ready);
}

TEST_F(HealthWatchTest, AQuestionThatNeverEndsMakesItNotReadyByTheTimeThatHasPassed) {
  assign(1);
  ask_and_look();
  EXPECT_TRUE(page.ready);
  clock.advance(HealthWatch::kLongestSilence);
  watch.look();
  EXPECT_TRUE(page.ready);
  clock.advance(std::chrono::seconds(1));
  watch.look();
  EXPECT_FALSE(page.ready);
  EXPECT_EQ(page.reason, "no broker has answered for 11 s");
  ask_and_look();
  EXPECT_TRUE(page.ready);
}

TEST(HealthWatchStopTest, GivesUpTheQuestionThatIsUnderWay) {
  ToldDashboard page;
  LaneBook book;
  std::promise<void> asked;
  std::promise<void> given_up;
  HealthWatch watch(page, book, base::system_clock(), some_facts(),
                    {.ask = [&]() -> base::Result<std::vector<base::Offset>> {
                       asked.set_value();
                       given_up.get_future().wait();
                       return base::Error(base::ErrorCode::kUnavailable, "given up");
                     },
                     .give_up = [&] { given_up.set_value(); }});
  watch.start();
  asked.get_future().wait();
  watch.stop();
  watch.look();
  EXPECT_EQ(page.reason, "given up");
}

TEST_F(HealthWatchTest, FactsFollowTheAssignment) {
  assign(0);
  assign(1);
  watch.look();
  EXPECT_EQ(page.facts.partitions_owned, 2);
  EXPECT_EQ(page.facts.version, "1");
  watch.look();
  EXPECT_EQ(page.facts_told, 1);
  const std::array lanes = {base::TopicPartition{"t", base::Partition(0)}};
  book.gone(lanes);
  watch.look();
  EXPECT_EQ(page.facts.partitions_owned, 1);
}

TEST_F(HealthWatchTest, TellsWhatTheProcessTakes) {
  watch.look();
  EXPECT_GT(page.process.resident_bytes, 1'000'000);
  EXPECT_GT(page.process.open_files, 2);
  EXPECT_GT(page.process.start_ms, 0);
}

}  // namespace
}  // namespace cortado::app
