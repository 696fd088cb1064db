// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "latency_histogram.h"

#include <gtest/gtest.h>

namespace cortado::app {
namespace {

TEST(LatencyHistogram, NothingCountedIsZero) { EXPECT_EQ(LatencyHistogram().quantile_ms(.5), 0); }

TEST(LatencyHistogram, QuantilesAreAtMostThreePercentOff) {
  LatencyHistogram histogram;
  for (int micros = 1; micros <= 1'000'000; ++micros) histogram.add(micros);
  for (const double q : {.01, .1, .5, .9, .99, 1.0}) {
    EXPECT_NEAR(histogram.quantile_ms(q), q * 1000, q * 1000 * .032) << q;
  }
  EXPECT_EQ(histogram.count(), 1'000'000);
}

TEST(LatencyHistogram, NegativeDelaysCountAsZero) {
  LatencyHistogram histogram;
  histogram.add(-5, 3);
  EXPECT_EQ(histogram.count(), 3);
  EXPECT_LE(histogram.quantile_ms(1), .001);
}

}  // namespace
}  // namespace cortado::app
