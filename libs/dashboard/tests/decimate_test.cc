// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "decimate.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/random.h"

namespace cortado::dashboard {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

Ring<Point> noise(std::size_t count) {
  base::Random random(7);
  Ring<Point> points;
  for (std::size_t i = 0; i < count; ++i) {
    Point point;
    point.sequence = static_cast<std::int64_t>(i);
    point.value = random.uniform();
    point.anomaly = random.uniform() / 2;
    point.score = std::numeric_limits<double>::quiet_NaN();
    points.push(point, count);
  }
  return points;
}

TEST(Decimate, KeepsAllThatFits) {
  EXPECT_THAT(decimate(noise(20), {.first = 3, .last = 8}, 16), ElementsAre(3, 4, 5, 6, 7));
  EXPECT_TRUE(decimate(noise(20), {.first = 8, .last = 8}, 16).empty());
}

TEST(Decimate, LosesNoSpikeNoAlarmAndNoEnd) {
  Ring<Point> points = noise(5'000);
  Ring<Point> spiked;
  for (std::size_t i = 0; i < points.size(); ++i) {
    Point point = points[i];
    if (i == 1'234) point.value = 9;
    if (i == 2'345) point.value = -9;
    if (i == 3'456) point.anomaly = 1;
    if (i == 4'321) point.score = 0.4;
    if (i == 777) point.status = base::ScoreStatus::kAlarm;
    spiked.push(point, points.size());
  }
  for (const std::size_t limit : {16U, 100U, 500U, 4'999U}) {
    const auto chosen = decimate(spiked, {.first = 0, .last = 5'000}, limit);
    EXPECT_LE(chosen.size(), limit);
    EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
    EXPECT_EQ(std::adjacent_find(chosen.begin(), chosen.end()), chosen.end());
    for (const std::size_t i : {0U, 1'234U, 2'345U, 3'456U, 4'321U, 777U, 4'999U})
      EXPECT_THAT(chosen, Contains(i)) << limit;
  }
}

TEST(Decimate, PointsWithoutNumbersDoNoHarm) {
  Ring<Point> points;
  for (int i = 0; i < 100; ++i) {
    Point point;
    point.value = point.anomaly = point.score = std::numeric_limits<double>::quiet_NaN();
    points.push(point, 100);
  }
  EXPECT_THAT(decimate(points, {.first = 0, .last = 100}, 20), ElementsAre(0, 99));
}

}  // namespace
}  // namespace cortado::dashboard
