// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/crash_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_chunk_log.h"

namespace cortado::kafka {
namespace {

using base::Offset;
using ::testing::ElementsAre;
using testing::MemoryChunkLog;
using ::testing::SizeIs;

TEST(CrashRecords, AreToldOnceAndForgottenByName) {
  const auto log = std::make_shared<MemoryChunkLog>();
  TopicFiles here(log, "state[0]");
  TopicFiles elsewhere(log, "state[0]");
  const std::vector<stream::CrashDeath> deaths = {{"00aa-1", Offset(7)}, {"00bb-0", Offset(9)}};
  ASSERT_TRUE(CrashRecords(here).tell(deaths).ok());
  ASSERT_TRUE(CrashRecords(here).tell(std::span(deaths).first(1)).ok());
  ASSERT_TRUE(here.write_file_atomically("00cc-0.death", "no number").ok());
  EXPECT_EQ(CrashRecords(elsewhere).told().value(), deaths);
  // Not before the others have looked: both forget, and neither minds.
  const std::vector<std::string> names = {"00aa-1"};
  EXPECT_THAT(CrashRecords(here).told().value(), SizeIs(2));
  ASSERT_TRUE(CrashRecords(elsewhere).forget(names).ok());
  ASSERT_TRUE(CrashRecords(here).forget(names).ok());
  EXPECT_THAT(CrashRecords(here).told().value(), ElementsAre(deaths[1]));
  log->compact();
  TopicFiles later(log, "state[0]");
  EXPECT_THAT(CrashRecords(later).told().value(), ElementsAre(deaths[1]));
  log->fails_after = 0;
  EXPECT_FALSE(CrashRecords(here).tell(deaths).ok());
}

}  // namespace
}  // namespace cortado::kafka
