// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/crash_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::int64_t> numbers(const std::vector<base::Offset>& offsets) {
  std::vector<std::int64_t> result;
  for (const base::Offset offset : offsets) result.push_back(offset.get());
  return result;
}

CrashFacts facts(std::vector<std::int64_t> skipped, std::map<std::int64_t, int> deaths,
                 std::int64_t start) {
  CrashFacts result;
  for (const std::int64_t offset : skipped) result.skipped.emplace_back(offset);
  for (const auto& [offset, count] : deaths) result.deaths.emplace(base::Offset(offset), count);
  result.start = base::Offset(start);
  return result;
}

TEST(DecideSkipsTest, ThreeDeathsDecideFewerMakeASuspect) {
  const auto decision = decide_skips(facts({}, {{5, 1}, {7, 3}, {9, 2}, {11, 4}}, 5));
  ASSERT_TRUE(decision.ok());
  EXPECT_THAT(numbers(decision->skipped), ElementsAre(7, 11));
  EXPECT_THAT(numbers(decision->added), ElementsAre(7, 11));
  EXPECT_EQ(decision->suspects.size(), 2U);
  EXPECT_EQ(decision->suspects.at(base::Offset(9)), 2);
}

TEST(DecideSkipsTest, WhatWasDecidedBeforeStaysWhateverTheJournalKnows) {
  // The pointer and the snapshot both name it, in any order.
  const auto decision = decide_skips(facts({40, 8, 40}, {{8, 3}}, 20));
  ASSERT_TRUE(decision.ok());
  EXPECT_THAT(numbers(decision->skipped), ElementsAre(8, 40));
  EXPECT_THAT(decision->added, IsEmpty());
}

TEST(DecideSkipsTest, DeathsBelowTheStartSayNothing) {
  const auto decision = decide_skips(facts({}, {{4, 9}}, 5));
  ASSERT_TRUE(decision.ok());
  EXPECT_THAT(decision->skipped, IsEmpty());
  EXPECT_THAT(decision->suspects, IsEmpty());
}

TEST(DecideSkipsTest, ALimitOfNoneSkipsNothing) {
  CrashFacts never = facts({}, {{7, 30}}, 0);
  never.limit = 0;
  const auto decision = decide_skips(never);
  ASSERT_TRUE(decision.ok());
  EXPECT_THAT(decision->skipped, IsEmpty());
  EXPECT_EQ(decision->suspects.size(), 1U);
}

TEST(DecideSkipsTest, TheOldestMakeRoomUntilAllAreNeeded) {
  std::vector<std::int64_t> many;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(kMostSkipped); ++i) many.push_back(i);
  const auto room = decide_skips(facts(many, {{500, 3}}, 1));
  ASSERT_TRUE(room.ok());
  EXPECT_EQ(room->skipped.size(), kMostSkipped);
  EXPECT_EQ(room->skipped.front().get(), 1);
  EXPECT_EQ(room->skipped.back().get(), 500);
  const auto none = decide_skips(facts(many, {{500, 3}}, 0));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code(), base::ErrorCode::kCorrupt);
  EXPECT_THAT(none.error().message(), HasSubstr("more than 100 records"));
}

TEST(CrashGuardTest, SuspectsAreForgottenOnceAllArePassedSkippedNever) {
  EXPECT_TRUE(CrashGuard().quiet());
  CrashGuard guard(decide_skips(facts({}, {{5, 1}, {7, 3}, {9, 2}}, 0)).value());
  EXPECT_TRUE(guard.suspects(base::Offset(9)));
  EXPECT_FALSE(guard.suspects(base::Offset(7)));
  EXPECT_TRUE(guard.skips(base::Offset(7)));
  EXPECT_FALSE(guard.passed(base::Offset(9)));
  EXPECT_TRUE(guard.passed(base::Offset(10)));
  EXPECT_FALSE(guard.passed(base::Offset(11)));
  EXPECT_FALSE(guard.suspects(base::Offset(9)));
  EXPECT_TRUE(guard.skips(base::Offset(7)));
}

TEST(CrashGuardTest, WhatAPersonDecidedIsADeadLetterOfItsOwn) {
  CrashFacts known = facts({7, 9}, {{12, 3}}, 5);
  known.dismissed = {base::Offset(9)};
  auto decision = decide_skips(known);
  ASSERT_TRUE(decision.ok());
  EXPECT_THAT(numbers(decision->dismissed), ElementsAre(9));
  const CrashGuard guard(std::move(decision).value());
  const auto stage = [&guard](std::int64_t offset) {
    base::Outcome outcome;
    pass_over(guard, base::Offset(offset), outcome);
    EXPECT_EQ(outcome.kind, base::OutcomeKind::kDeadLetter);
    return outcome.stage;
  };
  EXPECT_EQ(stage(7), "crash");
  EXPECT_EQ(stage(9), "skipped");
  EXPECT_EQ(stage(12), "crash");
}

}  // namespace
}  // namespace cortado::stream
