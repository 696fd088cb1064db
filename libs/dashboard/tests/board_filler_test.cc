// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "board_filler.h"

#include <gtest/gtest.h>

#include "device_state.h"
#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

using testing::make_batch;
using testing::make_row;

class BoardFillerTest : public ::testing::Test {
 protected:
  void publish(const char* device, std::int64_t number) {
    inbox.add(std::vector<DeviceRow>{make_row(device, number)});
  }
  void evict(const char* device) {
    inbox.add(std::vector<ResidencyRow>{{.device = device, .resident = false}});
  }
  void fill() {
    Inbox::Contents contents;
    inbox.take(contents);
    filler.fill(contents);
  }
  bool evicted(const char* device) {
    return state_of(*board.model.find(device), 0, {}) == DeviceState::kEvicted;
  }

  Inbox inbox;
  Board board{HttpConfig{}, DashboardFacts{}, base::system_clock()};
  Metrics metrics{DashboardFacts{}};
  BoardFiller filler{board, metrics};
};

TEST_F(BoardFillerTest, ARecordBringsBackWhatHasLeftBeforeItInTheSameTurn) {
  publish("a", 1);
  evict("a");
  publish("b", 1);
  publish("a", 2);
  evict("b");
  fill();
  EXPECT_FALSE(evicted("a"));
  EXPECT_TRUE(evicted("b"));
}

TEST_F(BoardFillerTest, AlsoWhereRowsWereLost) {
  publish("a", 1);
  publish("b", 1);
  fill();
  evict("a");
  for (std::size_t i = 0; i < Inbox::kRows; ++i) publish("c", static_cast<std::int64_t>(i + 1));
  publish("a", 2);
  evict("b");
  fill();
  EXPECT_FALSE(evicted("a"));
  EXPECT_TRUE(evicted("b"));
}

TEST_F(BoardFillerTest, InTheEndItTakesTheHistoryOfBatchesAlone) {
  publish("a", 1);
  inbox.add(make_batch(7, 1));
  Inbox::Contents contents;
  inbox.take(contents);
  filler.fill_history(contents);
  ASSERT_EQ(board.timeline.batches().size(), 1U);
  EXPECT_EQ(board.timeline.batches().back().row.batch, 7);
  EXPECT_TRUE(board.model.devices().empty());
}

}  // namespace
}  // namespace cortado::dashboard
