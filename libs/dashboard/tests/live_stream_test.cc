// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "live_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

using ::testing::HasSubstr;
using testing::make_batch;
using testing::make_row;
using ::testing::Not;
using ::testing::StartsWith;

/// A clock that stands still until told.
class StillClock : public base::Clock {
 public:
  base::EpochMillis now_ms() override { return 1'000; }
  std::chrono::nanoseconds steady() override { return steady_; }
  void sleep_until(std::chrono::nanoseconds time) override { steady_ = time; }

 private:
  std::chrono::nanoseconds steady_{std::chrono::hours(1)};
};

class LiveStreamTest : public ::testing::Test {
 protected:
  void add(const DeviceRow& row) {
    board.model.add(row);
    ++board.changes;
  }

  StreamWish wish(const std::string& device) {
    StreamWish made;
    made.device = device;
    return made;
  }

  /// The cursor in an event's id line.
  Cursor cursor_of(const std::string& event) {
    const std::size_t start = event.find("id: ") + 4;
    const auto cursor =
        parse_cursor(event.substr(start, event.find('\n', start) - start), board.server);
    return cursor.value();
  }

  std::size_t count(const std::string& text, const std::string& what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
      ++found;
    return found;
  }

  StillClock clock;
  Board board{HttpConfig{}, DashboardFacts{}, clock};
};

TEST_F(LiveStreamTest, BeginsWithEverythingAndGoesOnWithWhatIsNew) {
  add(make_row("a", 1));
  add(make_row("b", 1));
  LiveStream stream(board, wish("a"));
  ASSERT_TRUE(stream.has_news());
  const std::string first = stream.next();
  EXPECT_THAT(first, StartsWith("event: update\nid: "));
  EXPECT_THAT(first, HasSubstr(R"("devices":{"replace":true)"));
  EXPECT_THAT(first, HasSubstr(R"("points":{"replace":true,"device":"a")"));
  EXPECT_FALSE(stream.has_news());
  EXPECT_EQ(stream.next(), "");

  add(make_row("a", 2));
  const std::string second = stream.next();
  EXPECT_THAT(second, HasSubstr(R"(["a",3,1,2,)"));
  EXPECT_THAT(second, HasSubstr(R"("points":{"replace":false,"device":"a")"));
  EXPECT_THAT(second, Not(HasSubstr(R"(["b",)")));
}

TEST_F(LiveStreamTest, ResumesWhereTheLastEventEnded) {
  add(make_row("a", 1));
  std::string first;
  {
    LiveStream stream(board, wish("a"));
    first = stream.next();
  }
  add(make_row("a", 2));
  add(make_row("a", 3));
  StreamWish again = wish("a");
  again.resume = cursor_of(first);
  LiveStream stream(board, again);
  const std::string event = stream.next();
  EXPECT_THAT(event, HasSubstr(R"("points":{"replace":false,"device":"a")"));
  EXPECT_THAT(event, HasSubstr(R"("rows":[[2,)"));
  EXPECT_THAT(event, HasSubstr(",[3,"));
}

TEST_F(LiveStreamTest, ACursorOfAnotherServerBeginsAnew) {
  EXPECT_EQ(parse_cursor("elsewhere.1.1.1", board.server), std::nullopt);
  EXPECT_EQ(parse_cursor(board.server + ".1.1", board.server), std::nullopt);
  EXPECT_EQ(parse_cursor(board.server + ".1.1.1x", board.server), std::nullopt);
  add(make_row("a", 1));
  StreamWish ahead = wish("a");
  ahead.resume = Cursor{.devices = 99, .points = 99, .batches = 99};
  LiveStream stream(board, ahead);
  EXPECT_THAT(stream.next(), HasSubstr(R"("points":{"replace":true)"));
}

TEST_F(LiveStreamTest, AnotherDeviceOnTheSamePageGetsItsPointsAnewAndTheListGoesOn) {
  add(make_row("a", 1));
  add(make_row("b", 1));
  LiveStream first(board, wish("a"));
  const Cursor cursor = cursor_of(first.next());
  add(make_row("b", 2));
  StreamWish other = wish("b");
  other.devices_from = cursor;
  LiveStream second(board, other);
  const std::string event = second.next();
  EXPECT_THAT(event, HasSubstr(R"("devices":{"replace":false)"));
  EXPECT_THAT(event, HasSubstr(R"("points":{"replace":true,"device":"b")"));
  EXPECT_THAT(event, HasSubstr(R"("rows":[[1,)"));
}

TEST_F(LiveStreamTest, AClientThatFallsBehindGetsTheNewestPoints) {
  add(make_row("a", 1));
  LiveStream stream(board, wish("a"));
  stream.next();
  for (int i = 2; i <= 5000; ++i) add(make_row("a", i));
  const std::string event = stream.next();
  EXPECT_THAT(event, HasSubstr("[5000,"));
  EXPECT_THAT(event, HasSubstr(R"("rows":[[3001,)"));
  EXPECT_FALSE(stream.has_news());
}

TEST_F(LiveStreamTest, ManyDevicesComeInSeveralUpdatesAndNoneIsLost) {
  for (int i = 0; i < 1200; ++i) add(make_row("device " + std::to_string(i), 1));
  LiveStream stream(board, wish(""));
  std::size_t devices = 0;
  int updates = 0;
  while (stream.has_news()) {
    const std::string event = stream.next();
    devices += count(event, "[\"device ");
    EXPECT_EQ(count(event, R"("replace":true)"), updates == 0 ? 1U : 0U);
    ++updates;
  }
  EXPECT_EQ(devices, 1200U);
  EXPECT_EQ(updates, 3);
}

TEST_F(LiveStreamTest, AnIdleStreamGetsHeartbeats) {
  LiveStream stream(board, wish(""));
  stream.next();
  EXPECT_FALSE(stream.has_news());
  clock.sleep_until(clock.steady() + board.config.heartbeat);
  ASSERT_TRUE(stream.has_news());
  EXPECT_EQ(stream.next(), ": heartbeat\nevent: heartbeat\ndata: {\"now\":1000}\n\n");
  EXPECT_FALSE(stream.has_news());
}

TEST_F(LiveStreamTest, BatchesCameOnce) {
  board.model.add(make_batch(1, 10));
  ++board.changes;
  LiveStream stream(board, wish(""));
  EXPECT_THAT(stream.next(), HasSubstr(R"("rows":[[1,883612800500,10,2,40,42,false,)"));
  add(make_row("a", 1));
  EXPECT_THAT(stream.next(), Not(HasSubstr("batches\":{")));
}

}  // namespace
}  // namespace cortado::dashboard
