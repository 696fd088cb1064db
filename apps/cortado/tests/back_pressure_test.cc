// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "back_pressure.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace cortado::app {
namespace {

constexpr base::Partition kFirst{0};
constexpr base::Partition kSecond{1};

TEST(BackPressure, LetsAPartitionFillAndNoFurther) {
  BackPressure pressure(1'000);
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(pressure.is_full(kFirst)) << i;
    EXPECT_TRUE(pressure.admit(kFirst, 100, {}));
  }
  EXPECT_TRUE(pressure.is_full(kFirst));
  EXPECT_FALSE(pressure.is_full(kSecond));
  pressure.done(kFirst, base::Offset(3));
  EXPECT_FALSE(pressure.is_full(kFirst));
  pressure.done(kFirst, base::Offset(1));  // what is done stays done
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pressure.admit(kFirst, 100, {}));
  EXPECT_TRUE(pressure.is_full(kFirst));
}

TEST(BackPressure, TakesEveryRecordForAsLargeAsTheLargestAndAlwaysLetsOneThrough) {
  BackPressure pressure(1'000);
  EXPECT_TRUE(pressure.admit(kFirst, 400, {}));
  EXPECT_TRUE(pressure.admit(kFirst, 1, {}));
  EXPECT_TRUE(pressure.is_full(kFirst));
  EXPECT_TRUE(pressure.admit(kSecond, 5'000, {}));
  EXPECT_TRUE(pressure.is_full(kSecond));
  pressure.done(kSecond, base::Offset(1));
  EXPECT_FALSE(pressure.is_full(kSecond));
}

TEST(BackPressure, AReaderThatGoesOnLetsTheSenderGoOn) {
  constexpr std::int64_t kRecords = 10'000;
  BackPressure pressure(500);
  std::atomic<std::int64_t> sent = 0;
  std::thread sender([&] {
    for (std::int64_t i = 0; i < kRecords; ++i) {
      EXPECT_TRUE(pressure.admit(kFirst, 100, {}));
      ++sent;
    }
  });
  for (std::int64_t read = 0; read < kRecords;) {
    const std::int64_t there = sent;
    EXPECT_LE(there - read, 5);
    if (there > read) pressure.done(kFirst, base::Offset(++read));
    std::this_thread::yield();
  }
  sender.join();
  EXPECT_EQ(sent, kRecords);
}

TEST(BackPressure, AStopFreesTheSender) {
  BackPressure pressure(100);
  ASSERT_TRUE(pressure.admit(kFirst, 100, {}));
  std::stop_source stop;
  std::thread stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(pressure.admit(kFirst, 100, stop.get_token()));
  stopper.join();
}

}  // namespace
}  // namespace cortado::app
