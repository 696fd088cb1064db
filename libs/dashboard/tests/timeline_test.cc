// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/crc32c.h"
#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

using std::chrono::milliseconds;

constexpr base::EpochMillis kNoon = 1'700'000'000'000;

BatchRow batch_at(base::EpochMillis time, std::int64_t rows, int processing = 40) {
  BatchRow row = testing::make_batch(1, rows);
  row.time_ms = time;
  row.processing_time = milliseconds(processing);
  row.total_delay = row.processing_time + row.scheduling_delay;
  return row;
}

TEST(Timeline, SumsBatchesByPartsOfARange) {
  Timeline timeline;
  timeline.add(batch_at(kNoon, 10, 20), 1);
  timeline.add(batch_at(kNoon + 500, 30, 60), 1);
  timeline.add(batch_at(kNoon + 2'100, 5), 1);
  const auto slots = timeline.slots(kNoon, kNoon + 4'000, 2);
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_EQ(slots[0].start_ms, kNoon);
  EXPECT_EQ(slots[0].batches, 2);
  EXPECT_EQ(slots[0].input_rows, 40);
  EXPECT_EQ(slots[0].processing, 80);
  EXPECT_EQ(slots[0].processing_max, 60);
  EXPECT_EQ(slots[1].start_ms, kNoon + 2'000);
  EXPECT_EQ(slots[1].batches, 1);
  EXPECT_EQ(timeline.recent(kNoon + 3'000, 2'000).input_rows, 5);
}

TEST(Timeline, TheSecondThatIsNotOverDoesNotCountAsRecent) {
  Timeline timeline;
  for (int i = 0; i < 20; ++i) timeline.add(batch_at(kNoon + i * 500, 10), 1);
  EXPECT_EQ(timeline.recent(kNoon + 9'900, 4'000).input_rows, 80);
  EXPECT_EQ(timeline.recent(kNoon + 9'000, 4'000).input_rows, 80);
  EXPECT_EQ(timeline.recent(kNoon + 10'000, 4'000).input_rows, 80);
}

TEST(Timeline, ARateOfBeforeARestartIsTheSameInNarrowPartsAsInWideOnes) {
  Timeline before;
  for (int i = 0; i < 34; ++i) before.add(batch_at(kNoon + i * 500, 50, 40), 1);
  Timeline timeline;
  ASSERT_TRUE(timeline.load(before.save()).ok());
  // The new process begins within ten seconds that the one before it has begun.
  for (int i = 0; i < 20; ++i) timeline.add(batch_at(kNoon + 17'000 + i * 500, 50, 40), 2);
  const auto slots = timeline.slots(kNoon, kNoon + 27'000, 27);
  for (const TimeSlot& slot : slots) {
    EXPECT_EQ(slot.batches, 2) << slot.start_ms;
    EXPECT_EQ(slot.input_rows, 100) << slot.start_ms;
    EXPECT_EQ(slot.processing, 80) << slot.start_ms;
    EXPECT_EQ(slot.processing_max, 40) << slot.start_ms;
  }
}

TEST(Timeline, AFirstProcessIsShownBySecondsFromItsFirstOneOn) {
  Timeline timeline;
  timeline.add(batch_at(kNoon + 3'000, 7), 1);
  const auto slots = timeline.slots(kNoon, kNoon + 10'000, 10);
  for (std::size_t i = 0; i < slots.size(); ++i) EXPECT_EQ(slots[i].input_rows, i == 3 ? 7 : 0);
}

TEST(Timeline, CountsEveryBatchOnceHoweverLongTheRange) {
  Timeline timeline;
  constexpr std::int64_t kBatches = 20'000;  // a batch every five seconds: more than a day
  for (std::int64_t i = 0; i < kBatches; ++i) timeline.add(batch_at(kNoon + i * 5'000, 1), 1);
  const base::EpochMillis end = kNoon + kBatches * 5'000;
  for (const base::EpochMillis hours : {1, 6, 24}) {
    std::int64_t sum = 0;
    for (const auto& slot : timeline.slots(end - hours * 3'600'000, end, 300)) sum += slot.batches;
    EXPECT_EQ(sum, hours * 720) << hours;
  }
}

TEST(Timeline, SavedHistoryIsShownByALaterProcess) {
  Timeline before;
  for (int i = 0; i < 1'500; ++i) before.add(batch_at(kNoon + i * 1'000, i), 42);
  Timeline after;
  ASSERT_TRUE(after.load(before.save()).ok());
  EXPECT_EQ(after.save(), before.save());
  ASSERT_EQ(after.batches().size(), Timeline::kBatches);
  EXPECT_EQ(after.batches().back().run_ms, 42);
  EXPECT_EQ(after.batches().back().row.input_rows, 1'499);
  after.add(batch_at(kNoon + 1'600'000, 1), 43);
  std::int64_t sum = 0;
  for (const auto& slot : after.slots(kNoon, kNoon + 1'700'000, 100)) sum += slot.batches;
  EXPECT_EQ(sum, 1'501);
}

TEST(Timeline, DamagedHistoryIsRefused) {
  Timeline timeline;
  for (int i = 0; i < 20; ++i) timeline.add(batch_at(kNoon + i * 10'000, i), 42);
  const std::string good = timeline.save();
  for (std::size_t size = 0; size < good.size(); size += 13)
    EXPECT_EQ(Timeline().load(good.substr(0, size)).error().code(), base::ErrorCode::kCorrupt);
  for (std::size_t i = 0; i < good.size(); i += 7) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    EXPECT_FALSE(Timeline().load(bad).ok()) << i;
  }
}

TEST(Timeline, AnotherFormatVersionIsUnsupported) {
  std::string bytes = Timeline().save();
  bytes[8] = 1;
  bytes.resize(bytes.size() - 4);
  const std::uint32_t checksum = base::crc32c(bytes);
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(checksum >> (8 * i));
  EXPECT_EQ(Timeline().load(bytes).error().code(), base::ErrorCode::kUnsupported);
}

TEST(Timeline, GoldenBytes) {
  Timeline timeline;
  BatchRow row = batch_at(kNoon, 10);
  row.enriched = 7;
  row.overrun = true;
  timeline.add(row, 42);
  const std::string bytes = timeline.save();
  EXPECT_EQ(bytes.size(), 8U + 4 + 4 + 4 + 88 + 137 + 4);
  EXPECT_EQ(base::crc32c(bytes.substr(0, bytes.size() - 4)), 2'272'070'916U);
}

}  // namespace
}  // namespace cortado::dashboard
