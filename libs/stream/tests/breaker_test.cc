// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream {
namespace {

using ::testing::HasSubstr;

/// 'b' undecodable, 'm' unmappable, 'u' without the measurement's field, 'v' with one that is no
/// number, 'p' a policy's dead letter, 'c' a crash, 'i' ignored, else good.
std::vector<base::Outcome> outcomes(std::string_view kinds) {
  std::vector<base::Outcome> result(kinds.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const char* const stage = kinds[i] == 'b'   ? "decode"
                              : kinds[i] == 'm' ? "map"
                              : kinds[i] == 'p' ? "policy"
                              : kinds[i] == 'c' ? "crash"
                                                : "";
    if (kinds[i] == 'u' || kinds[i] == 'v') result[i].status = base::ScoreStatus::kInvalid;
    result[i].unmeasured = kinds[i] == 'u';
    result[i].stage = stage;
    result[i].reason = "no field \"ppm\"";
    result[i].kind = kinds[i] == 'i'    ? base::OutcomeKind::kIgnored
                     : stage[0] != '\0' ? base::OutcomeKind::kDeadLetter
                                        : base::OutcomeKind::kEnriched;
  }
  return result;
}

TEST(BreakerTest, Table) {
  struct Row {
    const char* what;
    double most;
    const char* kinds;
    bool trips;
  };
  const Row rows[] = {
      {"all bad", .5, "bbbbbbbbbb", true},
      {"all without the measurement's field: it was renamed", .5, "uuuuuuuuuu", true},
      {"some unreadable, some without the field", .5, "gggguumbuu", true},
      {"sensors that fail still send their field", .5, "vvvvvvvvvvvvvvvvvvvv", false},
      {"fewer than the window says nothing", .5, "bbbbbbbbb", false},
      {"half is not more than half", .5, "bbbbbggggg", false},
      {"one more than half", .5, "ggggbbbbbb", true},
      {"it moves: old bad ones are forgotten", .5, "bbbbbgggggggggggggggbbbbb", false},
      {"it moves: only the last ten count", .5, "ggggggggggggggggbbbbbb", true},
      {"unmappable ones are bad", .5, "mmmmmmmmmm", true},
      {"policies, crashes and ignored ones are not", 0, "ppppcccciiii", false},
      {"none may be bad", 0, "gggggggggb", true},
      {"never", 1, "bbbbbbbbbbbbbbbbbbbb", false},
  };
  for (const Row& row : rows) {
    Breaker whole(row.most, 10);
    EXPECT_EQ(whole.look(outcomes(row.kinds)).has_value(), row.trips) << row.what;
    // However the records fall into batches.
    Breaker single(row.most, 10);
    bool tripped = false;
    for (const char* kind = row.kinds; *kind != '\0' && !tripped; ++kind) {
      tripped = single.look(outcomes(std::string_view(kind, 1))).has_value();
    }
    EXPECT_EQ(tripped, row.trips) << row.what;
  }
}

TEST(BreakerTest, FromAStartOnATenthOfTheWindowSaysEnough) {
  struct Row {
    std::int64_t window;
    std::size_t least;  ///< bad records that trip it
  };
  for (const Row& row : {Row{1000, 100}, Row{400, 40}, Row{200, 20}, Row{100, 20}, Row{20, 20},
                         Row{12, 12}, Row{1, 1}}) {
    Breaker breaker(.5, row.window);
    EXPECT_FALSE(breaker.look(outcomes(std::string(row.least - 1, 'b')))) << row.window;
    EXPECT_TRUE(breaker.look(outcomes("b"))) << row.window;
    // The share holds there too, and good records after it count.
    Breaker half(.5, row.window);
    EXPECT_FALSE(half.look(
        outcomes(std::string(row.least - row.least / 2, 'g') + std::string(row.least / 2, 'b'))))
        << row.window;
  }
}

TEST(BreakerTest, TheLastRecordsOfAFormerFormatStopNoStart) {
  // In one batch, or the few of them before the others.
  Breaker whole(.5, 1000);
  EXPECT_FALSE(whole.look(outcomes(std::string(150, 'b') + std::string(200, 'g'))));
  Breaker apart(.5, 1000);
  EXPECT_FALSE(apart.look(outcomes(std::string(99, 'b'))));
  EXPECT_FALSE(apart.look(outcomes(std::string(200, 'g'))));
  // Once the window is full each record is judged, wherever batches end.
  Breaker full(.5, 100);
  EXPECT_FALSE(full.look(outcomes(std::string(100, 'g'))));
  EXPECT_TRUE(full.look(outcomes(std::string(51, 'b') + std::string(100, 'g'))));
}

TEST(BreakerTest, SaysWhatItSawAndHowToGoOn) {
  Breaker breaker(.5, 10);
  const auto error = breaker.look(outcomes("ggggbbbbbb"));
  ASSERT_TRUE(error);
  EXPECT_THAT(error->message(), HasSubstr("6 of the last 10 records cannot be read"));
  EXPECT_THAT(error->message(), HasSubstr("no field \"ppm\""));
  EXPECT_THAT(error->message(), HasSubstr("stream.max_bad_share: 1"));
}

TEST(BreakerEngineTest, TheLaneStopsBeforeItWritesTheOthersGoOn) {
  testing::World world(2);
  testing::fill(world, 400, 4);
  for (int i = 0; i < 300; ++i) world.topic.add(0, {.key = "d0", .value = "bad"});
  testing::fill(world, 400, 4);
  world.config.bad_share_window = 200;
  world.config.max_batch_records = 100;
  const base::Status status = world.run();
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("in[0]: 101 of the last 200 records"));
  EXPECT_EQ(world.logs.lanes()[world.topic.at(1)].outcomes, expected_outcomes(world, 1));
  const auto& lane = world.logs.lanes()[world.topic.at(0)];
  // What was written is what was committed: the batch that tripped it left nothing.
  EXPECT_EQ(lane.outcomes.size(), lane.durable);
  EXPECT_EQ(static_cast<std::int64_t>(lane.durable), lane.committed->get());
  EXPECT_LE(lane.committed->get(), 301);
  // Who lets them go gets every outcome, with the models as they were.
  world.config.max_bad_share = 1;
  ASSERT_TRUE(world.run().ok());
  EXPECT_EQ(world.logs.lanes()[world.topic.at(0)].outcomes, expected_outcomes(world, 0));
}

TEST(BreakerEngineTest, ASupervisorThatStartsItAgainAndAgainFillsNoDeadLetterTopic) {
  testing::World world(1);
  testing::fill(world, 100, 4);
  ASSERT_TRUE(world.run().ok());
  const auto& lane = world.logs.lanes()[world.topic.at(0)];
  ASSERT_EQ(lane.committed->get(), 100);
  for (int restart = 0; restart < 10; ++restart) {
    // Never as many as the window.
    for (int i = 0; restart < 3 && i < 300; ++i) world.topic.add(0, {.key = "d0", .value = "bad"});
    ASSERT_FALSE(world.run().ok()) << restart;
    EXPECT_EQ(lane.committed->get(), 100) << restart;
  }
}

}  // namespace
}  // namespace cortado::stream
