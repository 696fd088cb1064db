// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/crash_journal.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/slot_use.h"

namespace cortado::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

class CrashJournalTest : public ::testing::Test {
 protected:
  CrashJournalTest() {
    folder_ = ::testing::TempDir() + "journal-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
  }

  /// What the process has in its journal now is all that a dead one leaves.
  void leave_behind(const std::string& dead) {
    for (const std::string& name : files()) {
      if (name.ends_with(".slots") && name.starts_with("0000"))
        std::filesystem::copy_file(folder_ + "/" + name, folder_ + "/" + dead + ".slots");
    }
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string folder_;
  const base::TopicPartition lane_{"in", base::Partition(3)};
  const base::TopicPartition other_{"in", base::Partition(4)};
};

TEST_F(CrashJournalTest, CountsTheDeathsAtEachRecordUntilTheyArePassed) {
  const auto journal = make_crash_journal(folder_, 1);
  ASSERT_TRUE(journal.ok()) << journal.error().message();
  {
    SlotUse one(journal->get(), lane_);
    SlotUse two(journal->get(), other_);
    one.note(base::Offset(0));
    two.note(base::Offset(70));
    leave_behind("dead-1");
    one.note(base::Offset(8));
    leave_behind("dead-2");
    leave_behind("dead-3");
  }
  // Its own file is of a process that lives.
  EXPECT_THAT((*journal)->deaths(lane_).value(),
              ElementsAre(Pair(base::Offset(0), 1), Pair(base::Offset(8), 2)));
  EXPECT_THAT((*journal)->deaths(other_).value(), ElementsAre(Pair(base::Offset(70), 3)));
  (*journal)->passed(lane_, base::Offset(8));
  EXPECT_THAT((*journal)->deaths(lane_).value(), ElementsAre(Pair(base::Offset(8), 2)));
  (*journal)->passed(lane_, base::Offset(9));
  EXPECT_THAT((*journal)->deaths(lane_).value(), IsEmpty());
  EXPECT_EQ(files().size(), 4U);
  (*journal)->passed(other_, base::Offset(71));
  // Files that say nothing any more are gone.
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(CrashJournalTest, AProperEndLeavesNothing) {
  {
    const auto journal = make_crash_journal(folder_, 1);
    ASSERT_TRUE(journal.ok());
    SlotUse slot(journal->get(), lane_);
    slot.note(base::Offset(5));
  }
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(CrashJournalTest, ProcessesShareAFolderAndBlameOnlyTheDead) {
  const auto one = make_crash_journal(folder_, 1);
  const auto two = make_crash_journal(folder_, 2);
  ASSERT_TRUE(one.ok() && two.ok());
  SlotUse slot(one->get(), lane_);
  slot.note(base::Offset(5));
  EXPECT_THAT((*two)->deaths(lane_).value(), IsEmpty());
  EXPECT_EQ(files().size(), 2U);
}

TEST_F(CrashJournalTest, RubbishIsPassedOver) {
  const auto journal = make_crash_journal(folder_, 1);
  ASSERT_TRUE(journal.ok());
  std::ofstream(folder_ + "/short.slots") << "CTCJ";
  std::ofstream(folder_ + "/long.slots") << std::string(64 + 128 * 64, 'x');
  EXPECT_THAT((*journal)->deaths(lane_).value(), IsEmpty());
  EXPECT_EQ(files().size(), 3U);
}

TEST_F(CrashJournalTest, MoreThreadsThanSlotsGoWithout) {
  const auto journal = make_crash_journal(folder_, 1);
  ASSERT_TRUE(journal.ok());
  std::vector<CrashSlot*> taken;
  while (CrashSlot* const slot = (*journal)->take()) taken.push_back(slot);
  EXPECT_EQ(taken.size(), 128U);
  SlotUse none(journal->get(), lane_);
  none.note(base::Offset(1));
  CrashJournal::give_back(*taken.front());
  EXPECT_EQ((*journal)->take(), taken.front());
}

/// What machines tell each other, in memory.
class MemoryBoard final : public CrashBoard {
 public:
  base::Status tell(const base::TopicPartition& lane, std::span<const CrashDeath> deaths) override {
    if (silent) return base::Error(base::ErrorCode::kUnavailable, "no broker");
    for (const CrashDeath& death : deaths) told_[lane][death.name] = death.offset;
    return {};
  }
  base::Result<std::vector<CrashDeath>> told(const base::TopicPartition& lane) override {
    std::vector<CrashDeath> deaths;
    for (const auto& [name, offset] : told_[lane]) deaths.push_back({name, offset});
    return deaths;
  }
  base::Status forget(const base::TopicPartition& lane,
                      std::span<const std::string> names) override {
    for (const std::string& name : names) told_[lane].erase(name);
    return {};
  }

  bool silent = false;

 private:
  std::map<base::TopicPartition, std::map<std::string, base::Offset>> told_;
};

TEST_F(CrashJournalTest, MachinesThatShareNoFolderCountTogether) {
  MemoryBoard board;
  const std::string here = folder_;
  {
    const auto journal = make_crash_journal(folder_, 1);
    SlotUse slot(journal->get(), lane_);
    slot.note(base::Offset(8));
    leave_behind("dead-1");
  }
  folder_ += "-elsewhere";
  std::filesystem::remove_all(folder_);
  const auto journal = make_crash_journal(folder_, 2, &board);
  {
    SlotUse slot(journal->get(), lane_);
    slot.note(base::Offset(8));
    leave_behind("dead-2");
    slot.note(base::Offset(9));
    leave_behind("dead-3");
  }
  EXPECT_THAT((*journal)->deaths(lane_).value(),
              ElementsAre(Pair(base::Offset(8), 1), Pair(base::Offset(9), 1)));
  // What is told is told once, and by nobody else.
  EXPECT_EQ(files().size(), 1U);
  // A process of the first machine starts: its dead count for all lanes, owned or not.
  const auto again = make_crash_journal(here, 3, &board);
  const std::array lanes = {other_, lane_};
  board.silent = true;
  EXPECT_FALSE((*again)->publish(lanes).ok());
  board.silent = false;
  ASSERT_TRUE((*again)->publish(lanes).ok());
  EXPECT_THAT((*journal)->deaths(lane_).value(),
              ElementsAre(Pair(base::Offset(8), 2), Pair(base::Offset(9), 1)));
  (*journal)->passed(lane_, base::Offset(9));
  EXPECT_THAT((*again)->deaths(lane_).value(), ElementsAre(Pair(base::Offset(9), 1)));
  EXPECT_THAT((*again)->deaths(other_).value(), IsEmpty());
}

TEST_F(CrashJournalTest, AFolderThatCannotBeMadeIsAnError) {
  std::ofstream(folder_) << "a file";
  EXPECT_FALSE(make_crash_journal(folder_, 1).ok());
  std::filesystem::remove(folder_);
}

}  // namespace
}  // namespace cortado::stream
