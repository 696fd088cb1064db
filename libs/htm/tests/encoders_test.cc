// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "cortado/base/random.h"
#include "cortado/htm/date_encoder.h"
#include "cortado/htm/random_distributed_scalar_encoder.h"
#include "cortado/htm/scalar_encoder.h"

namespace cortado::htm {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

std::vector<std::uint32_t> run(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> bits;
  for (std::uint32_t i = 0; i < count; ++i) bits.push_back(first + i);
  return bits;
}

std::vector<std::uint32_t> bits_of(const Sdr& sdr) {
  return {sdr.active().begin(), sdr.active().end()};
}

TEST(ScalarEncoder, SeedEncoderHas151BitsAnd101Buckets) {
  const auto encoder = ScalarEncoder::create({});
  ASSERT_TRUE(encoder.ok());
  EXPECT_EQ(encoder->size(), 151U);
  EXPECT_EQ(encoder->buckets(), 101U);
  for (std::uint32_t b = 0; b <= 100; ++b) {
    EXPECT_EQ(encoder->bucket(b / 1000.0).index, b);
    EXPECT_EQ(encoder->bucket(b / 1000.0 + 0.0004).index, b);
  }
  Sdr sdr(200);
  encoder->encode(encoder->bucket(0.003).index, 10, sdr);
  EXPECT_EQ(bits_of(sdr), run(13, 51));
}

TEST(ScalarEncoder, ClipsOutsideTheRangeOnly) {
  const auto encoder = ScalarEncoder::create({});
  EXPECT_FALSE(encoder->bucket(0.0).clipped);
  EXPECT_FALSE(encoder->bucket(0.1).clipped);
  EXPECT_TRUE(encoder->bucket(-0.0001).clipped);
  EXPECT_EQ(encoder->bucket(-1e300).index, 0U);
  EXPECT_TRUE(encoder->bucket(0.1001).clipped);
  EXPECT_EQ(encoder->bucket(1e300).index, 100U);
}

TEST(ScalarEncoder, RefusesImpossibleRanges) {
  EXPECT_FALSE(ScalarEncoder::create({.width = 50}).ok());
  EXPECT_FALSE(ScalarEncoder::create({.minimum = 1, .maximum = 1}).ok());
  EXPECT_FALSE(ScalarEncoder::create({.resolution = 0}).ok());
  EXPECT_FALSE(ScalarEncoder::create({.maximum = 1e300}).ok());
}

TEST(RandomDistributedScalarEncoder, NeighboursShareMostBits) {
  const auto encoder = RandomDistributedScalarEncoder::create({.size = 400, .width = 21});
  ASSERT_TRUE(encoder.ok());
  Sdr a(400);
  Sdr b(400);
  Sdr far(400);
  encoder->encode(5, 0, a);
  encoder->encode(6, 0, b);
  encoder->encode(1000, 0, far);
  const auto shared = [&a](const Sdr& other) {
    int count = 0;
    for (const auto bit : other.active()) {
      count += std::binary_search(a.active().begin(), a.active().end(), bit) ? 1 : 0;
    }
    return count;
  };
  EXPECT_GE(a.active().size(), 17U);
  EXPECT_GE(shared(b), static_cast<int>(b.active().size()) - 1);
  EXPECT_LE(shared(far), 5);
  EXPECT_EQ(encoder->bucket(2.6), 3);
  EXPECT_EQ(encoder->bucket(-2.6), -3);
  EXPECT_LT(encoder->bucket(-1e300), encoder->bucket(-1e10));
}

TEST(RandomDistributedScalarEncoder, BitsAreTheDrawsOfEachBucketNearAndFar) {
  constexpr std::uint64_t kSize = 400;
  const auto encoder = RandomDistributedScalarEncoder::create({.size = kSize, .width = 21});
  ASSERT_TRUE(encoder.ok());
  const std::uint64_t key = base::mix64(42);
  for (const std::int64_t far : {0LL, 1'000'000LL, -9'007'199'254'740'992LL}) {
    for (std::int64_t bucket = far - 400; bucket < far + 400; ++bucket) {
      std::set<std::uint32_t> expected;
      for (std::uint64_t i = 0; i < 21; ++i) {
        const std::uint64_t position = static_cast<std::uint64_t>(bucket) + i;
        expected.insert(7 + static_cast<std::uint32_t>(base::mix64(key ^ position) % kSize));
      }
      Sdr sdr(500);
      encoder->encode(bucket, 7, sdr);
      ASSERT_EQ(bits_of(sdr), std::vector(expected.begin(), expected.end())) << bucket;
    }
  }
}

TEST(Sdr, RunsOfEveryLengthFollowWhatIsOn) {
  for (std::uint32_t count = 0; count < 70; ++count) {
    Sdr sdr(200);
    sdr.append(3);
    sdr.append_run(10, count);
    sdr.append_all(std::vector<std::uint16_t>{1, 5}, 100);
    std::vector<std::uint32_t> expected = {3};
    for (const auto bit : run(10, count)) expected.push_back(bit);
    expected.insert(expected.end(), {101, 105});
    ASSERT_EQ(bits_of(sdr), expected);
  }
}

TEST(DateEncoder, SeasonHas124BitsAndGoesRound) {
  const auto encoder = DateEncoder::create({});
  ASSERT_TRUE(encoder.ok());
  EXPECT_EQ(encoder->size(), 124U);
  Sdr january(124);
  encoder->encode(0, 0, january);  // day 0: bits 109..123 and 0..15
  auto expected = run(0, 16);
  for (const auto bit : run(109, 15)) expected.push_back(bit);
  EXPECT_EQ(bits_of(january), expected);
  Sdr july(400);
  encoder->encode(183 * kDayMs, 100, july);  // half way
  EXPECT_EQ(bits_of(july), run(100 + 62 - 15, 31));
}

TEST(DateEncoder, PartsFollowEachOther) {
  const auto encoder =
      DateEncoder::create({.season_width = 0, .weekend_width = 21, .time_of_day_width = 21});
  ASSERT_TRUE(encoder.ok());
  EXPECT_EQ(encoder->size(), 42U + 54U);
  Sdr saturday_noon(96);
  encoder->encode(2 * kDayMs + kDayMs / 2, 0, saturday_noon);  // 1970-01-03
  auto expected = run(21, 21);
  for (const auto bit : run(42 + 27 - 10, 21)) expected.push_back(bit);
  EXPECT_EQ(bits_of(saturday_noon), expected);
}

TEST(Calendar, KnowsLeapYearsAndWeekdays) {
  const auto check = [](std::int64_t day, std::int64_t year, std::int64_t day_of_year,
                        std::int64_t weekday) {
    const CalendarTime time = to_calendar(day * kDayMs);
    EXPECT_EQ(time.year, year) << day;
    EXPECT_EQ(time.day_of_year, day_of_year) << day;
    EXPECT_EQ(time.weekday, weekday) << day;
  };
  check(0, 1970, 0, 3);  // Thursday
  check(-1, 1969, 364, 2);
  check(11'016, 2000, 59, 1);  // 2000-02-29, a Tuesday
  check(11'017, 2000, 60, 2);
  check(11'322, 2000, 365, 6);  // 2000-12-31
  check(11'323, 2001, 0, 0);
  check(-25'509, 1900, 58, 2);  // 1900-02-28; no leap year
  check(-25'508, 1900, 59, 3);
  check(-135'140, 1600, 0, 5);
  check(47'540, 2100, 58, 6);
  EXPECT_EQ(to_calendar(-1).hour, (kDayMs - 1) / 3'600'000.0);
  EXPECT_GT(to_calendar(INT64_MAX).year, 200'000'000);
  EXPECT_LT(to_calendar(INT64_MIN).year, -200'000'000);
}

TEST(Calendar, DaysOfTheYearAreWithoutGap) {
  CalendarTime last = to_calendar(-200'000 * kDayMs);
  for (std::int64_t day = -199'999; day < 200'000; ++day) {
    const CalendarTime time = to_calendar(day * kDayMs);
    if (time.year == last.year) {
      ASSERT_EQ(time.day_of_year, last.day_of_year + 1) << day;
    } else {
      ASSERT_EQ(time.year, last.year + 1) << day;
      ASSERT_EQ(time.day_of_year, 0) << day;
      ASSERT_GE(last.day_of_year, 364) << day;
    }
    last = time;
  }
}

}  // namespace
}  // namespace cortado::htm
