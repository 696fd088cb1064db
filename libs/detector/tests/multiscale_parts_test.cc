// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "../src/block_scale.h"
#include "../src/evidence.h"
#include "../src/forecast_band.h"
#include "../src/incidents.h"
#include "../src/ladder_memory.h"
#include "../src/likelihood.h"
#include "../src/rarity_bound.h"
#include "../src/surprise.h"
#include "../src/tail_surprise.h"
#include "../src/value_channels.h"
#include "cortado/base/random.h"

namespace cortado::detector {
namespace {

using ::testing::DoubleNear;

TEST(BlockScale, OneRecordABlockPassesAsItIs) {
  BlockScale blocks(1, 0.5);
  EXPECT_EQ(blocks.add(3), 3.0);
  EXPECT_EQ(blocks.add(-2), -2.0);
}

TEST(BlockScale, KeepsTheValueFurthestFromTheMovingMean) {
  BlockScale blocks(3, 0.5);
  EXPECT_EQ(blocks.add(1), std::nullopt);
  EXPECT_EQ(blocks.add(1), std::nullopt);
  EXPECT_EQ(blocks.add(1), 1.0);  // center 1
  blocks.add(2);
  blocks.add(9);
  EXPECT_EQ(blocks.add(0), 9.0);  // mean 11/3, center 7/3
  blocks.add(2);
  blocks.add(3);
  EXPECT_EQ(blocks.add(-4), -4.0);
}

TEST(BlockScale, OfEqualsTheLowestIsKept) {
  BlockScale blocks(2, 0.5);
  blocks.add(1);
  EXPECT_EQ(blocks.add(3), 1.0);
}

TEST(Surprise, IsMinusLog10OfTheGaussianTail) {
  EXPECT_THAT(gaussian_surprise(0), DoubleNear(std::log10(2), 1e-4));
  for (double z = -3.9; z < 8.2; z += 0.0371) {
    EXPECT_THAT(gaussian_surprise(z),
                DoubleNear(-std::log10(0.5 * std::erfc(z / std::sqrt(2))), 3e-5));
  }
  EXPECT_EQ(gaussian_surprise(40), kHighestSurprise);
  EXPECT_THAT(gaussian_surprise(-40), DoubleNear(0, 1e-4));
}

TailRules tail_rules() { return TailRules(MultiscaleConfig{}); }

TEST(UpperTail, SaysNothingBeforeItHasATail) {
  UpperTail tail(tail_rules());
  for (int i = 0; i < 19; ++i) tail.add(i);
  EXPECT_EQ(tail.surprise(1000), 0);
  tail.add(19);
  EXPECT_GT(tail.surprise(1000), 0);
}

TEST(UpperTail, TellsTheTailOfAnExponentialDistribution) {
  base::Random random(3);
  UpperTail tail(tail_rules());
  for (int i = 0; i < 20'000; ++i) tail.add(-std::log(1 - random.uniform()));
  for (const double value : {6.0, 9.0, 14.0}) {  // -log10 P(X > x) = x / ln 10
    EXPECT_THAT(tail.surprise(value), DoubleNear(value / std::log(10), 0.6)) << value;
  }
  EXPECT_EQ(tail.surprise(2), 0);
}

TEST(UpperTail, WithoutAnyExcessSoFarEveryExcessIsBeyondMeasure) {
  UpperTail tail(tail_rules());
  for (int i = 0; i < 100; ++i) tail.add(7);
  EXPECT_EQ(tail.surprise(7), 0);
  EXPECT_EQ(tail.surprise(7.01), kHighestSurprise);
}

TEST(UpperTail, OneOutlierDoesNotMakeTheNextOneUsual) {
  base::Random random(5);
  UpperTail open(TailRules(MultiscaleConfig{}));
  UpperTail guarded(TailRules(MultiscaleConfig{}, 6));
  for (int i = 0; i < 2000; ++i) {
    const double value = random.uniform();
    open.add(value);
    guarded.add(value);
  }
  for (int i = 0; i < 5; ++i) {
    open.add(50);
    guarded.add(50);
  }
  EXPECT_LT(open.surprise(50), 6);
  EXPECT_GT(guarded.surprise(50), 8);
}

TEST(UpperTail, HoldsNoMoreThanItMay) {
  UpperTail tail(tail_rules());
  for (int i = 0; i < 10'000; ++i) tail.add(i);
  EXPECT_LE(tail.bytes(), 200 * sizeof(double));
}

TEST(TwoTails, LooksBothWays) {
  TwoTails tails(tail_rules());
  base::Random random(4);
  for (int i = 0; i < 2000; ++i) tails.add(random.uniform());
  EXPECT_GT(tails.surprise(3), 6);
  EXPECT_GT(tails.surprise(-2), 6);
  EXPECT_EQ(tails.surprise(0.5), 0);
}

LikelihoodRules rules_with(std::int64_t window, std::int64_t warm_up) {
  return LikelihoodRules(MultiscaleConfig{}, {window, warm_up});
}

TEST(Likelihood, SaysNothingWhileWarmingAndThenOnlyOfWhatIsRare) {
  Likelihood likelihood(rules_with(10, 100));
  base::Random random(5);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(likelihood.add(random.uniform() * 0.2), 0);
  for (int i = 0; i < 500; ++i) EXPECT_LT(likelihood.add(random.uniform() * 0.2), 4) << i;
  double most = 0;
  for (int i = 0; i < 10; ++i) most = std::max(most, likelihood.add(1.0));
  EXPECT_GT(most, 5);
}

TEST(Likelihood, OnlyTheOnsetIsEvidence) {
  Likelihood likelihood(rules_with(1, 50));
  for (int i = 0; i < 60; ++i) likelihood.add(i % 10 == 0 ? 0.1 : 0.0);
  EXPECT_GT(likelihood.add(1.0), 5);
  EXPECT_EQ(likelihood.add(1.0), 0);
  EXPECT_EQ(likelihood.add(1.0), 0);
  likelihood.add(0.0);
  EXPECT_GT(likelihood.add(1.0), 5);
}

TEST(Likelihood, WhatItSawWhileTheHtmKnewNothingIsLeftOut) {
  Likelihood likelihood(rules_with(1, 300));
  for (int i = 0; i < 150; ++i) likelihood.add(1.0);
  for (int i = 0; i < 151; ++i) likelihood.add(0.0);
  EXPECT_GT(likelihood.add(0.5), 5);
}

TEST(RangeChannel, OnlyWhatExceedsThePastIsEvidence) {
  RangeChannel range(MultiscaleConfig{});
  base::Random random(6);
  for (int i = 0; i < 500; ++i) range.add(random.uniform());
  EXPECT_EQ(range.add(0.5), 0);
  EXPECT_THAT(range.add(1.1), DoubleNear(6, 0.1));  // a tenth of the range beyond it
  EXPECT_EQ(range.add(1.1), 0);
  EXPECT_GT(range.add(-0.5), 6);
}

TEST(RangeChannel, ASeriesThatKeepsRisingIsNoEvidence) {
  RangeChannel range(MultiscaleConfig{});
  double most = 0;
  for (int i = 0; i < 1000; ++i) {
    const double evidence = range.add(i);
    if (i > 100) most = std::max(most, evidence);
  }
  EXPECT_LT(most, 4.2);
}

TEST(RangeChannel, AChangeOfAConstantIsEvidence) {
  RangeChannel range(MultiscaleConfig{});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(range.add(7), 0);
  EXPECT_EQ(range.add(8), kHighestSurprise);
}

TEST(ResidualChannel, AJumpWithinTheRangeIsEvidence) {
  ResidualChannel residual(MultiscaleConfig{});
  base::Random random(7);
  double usual = 0;
  for (int i = 0; i < 2000; ++i) {
    const double evidence = residual.add(std::abs(i % 200 - 100) + random.uniform());
    if (i > 300) usual = std::max(usual, evidence);
  }
  EXPECT_LT(usual, 5);
  EXPECT_GT(residual.add(40), 8);
}

Combined combined(const Evidence& evidence, const MultiscaleConfig& config) {
  return combine(claims_of(evidence, config));
}

TEST(Combine, AddsRangeAndPatternAndTakesTheLoudest) {
  const MultiscaleConfig config;
  const Combined none = combined({}, config);
  EXPECT_EQ(none.total, 0);
  const Combined both = combined({.short_scale = 2, .range = 3, .unrest = 9}, config);
  EXPECT_EQ(both.total, 5);
  EXPECT_EQ(both.reason, "range");
  EXPECT_EQ(combined({.short_scale = 9, .range = 9, .unrest = 9}, config).total, 12);
  // New heights that are reached quietly are no event.
  EXPECT_EQ(combined({.range = 6}, config).total, config.range_slack);
  EXPECT_EQ(combined({.range = 6, .unrest = 1}, config).total, config.range_slack + 1);
  const Combined blocks = combined({.short_scale = 2, .long_scale = 10}, config);
  EXPECT_DOUBLE_EQ(blocks.total, config.block_weight * config.block_limit);
  EXPECT_EQ(blocks.reason, "pattern");
  const Combined level = combined({.short_scale = 2, .residual = 7}, config);
  EXPECT_DOUBLE_EQ(level.total, config.residual_weight * 7);
  EXPECT_EQ(level.reason, "level");
  const Combined change = combined({.residual = 7, .change = 5}, config);
  EXPECT_DOUBLE_EQ(change.total, 5);
  EXPECT_EQ(change.reason, "level");
}

constexpr std::int64_t kApart = 30;  // records

TEST(RarityBound, AClaimMayBeSoMuchAboveTheRarenessOfItsLike) {
  RarityBound bound(1.5, 0, kApart);
  EXPECT_EQ(bound.add(1.9, 1), 1.9);  // no event
  EXPECT_DOUBLE_EQ(bound.add(6, 998), 1.5 + 3);
  EXPECT_THAT(bound.add(6, 1998), DoubleNear(1.5 + 3, 1e-9));    // one of two in 2,000
  EXPECT_EQ(bound.add(3, 2998), 3);                              // within what it may
  EXPECT_THAT(bound.add(7.5, 9998), DoubleNear(1.5 + 4, 1e-9));  // ten times rarer than both
}

TEST(RarityBound, AnEventDoesNotCountAgainstItself) {
  RarityBound bound(1, 0, kApart);
  EXPECT_DOUBLE_EQ(bound.add(6, 998), 4);
  EXPECT_THAT(bound.add(6, 1010), DoubleNear(4 + std::log10(1.012), 1e-9));
  EXPECT_THAT(bound.add(6, 1110), DoubleNear(4 + std::log10(1.112 / 2), 1e-9));
}

TEST(RarityBound, OfWhatLiesBeyondAShareKeepsTheOrder) {
  RarityBound half(1, 0.5, kApart);
  EXPECT_DOUBLE_EQ(half.add(6, 998), 5);
  RarityBound open(16, 0, kApart);
  for (int i = 1; i < 2000; i += 50) EXPECT_EQ(open.add(9, i), 9);
}

TEST(Rareness, GoesOnWhereItWasSaved) {
  const MultiscaleConfig config;
  Rareness rareness(config);
  for (int i = 1; i < 900; i += 40) {
    rareness.add({.event = 3.0 + i % 4, .blocks = 2.5, .level = 4}, i);
  }
  std::string bytes;
  base::ByteWriter writer(bytes);
  rareness.save(writer);
  Rareness copy(config);
  base::ByteReader reader(bytes);
  ASSERT_TRUE(copy.load(reader));
  EXPECT_TRUE(reader.finished());
  const Claims loud{.event = 12, .blocks = 6.4, .residual = 4, .level = 8, .change = 8};
  const Claims wanted = rareness.add(loud, 1000);
  const Claims found = copy.add(loud, 1000);
  EXPECT_EQ(found.event, wanted.event);
  EXPECT_EQ(found.blocks, wanted.blocks);
  EXPECT_EQ(found.level, wanted.level);
  EXPECT_LT(found.blocks, 4.2);
  EXPECT_LT(found.event, 12);
  EXPECT_EQ(found.residual, 4);
  EXPECT_EQ(found.change, 8);
}

TEST(Incidents, OneEventIsOneAlarm) {
  Incidents incidents(3);
  EXPECT_TRUE(incidents.add(true, false));
  EXPECT_FALSE(incidents.add(true, false));
  EXPECT_FALSE(incidents.add(true, false));
  EXPECT_FALSE(incidents.add(true, false));
  EXPECT_TRUE(incidents.add(true, false));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(incidents.add(false, false));
  EXPECT_TRUE(incidents.add(true, false));
}

TEST(ForecastBand, HoldsItsShareWhateverTheDistributionAndHoweverItChanges) {
  base::Random random(8);
  ForecastBand band(MultiscaleConfig{});
  int inside = 0;
  constexpr int kAll = 20'000;
  for (int i = 0; i < kAll; ++i) {
    const double spread = i < kAll / 2 ? 1 : 50;
    const double u = random.uniform();
    const double error = spread * (u < 0.5 ? -u * u : -std::log(1 - u));
    if (error <= band.above() && -error <= band.below()) ++inside;
    band.add(error);
  }
  EXPECT_THAT(inside / double{kAll}, DoubleNear(0.95, 0.01));
}

TEST(ScaleNetwork, IsSurprisedByABrokenCycleAtAnyScaleAndOffset) {
  for (const double unit : {1e-6, 1.0, 1e9}) {
    ScaleNetwork network(MultiscaleConfig{}, 5);
    double usual = 0;
    for (int i = 0; i < 1000; ++i) {
      const double raw = network.compute(unit * (1000 + i % 20));
      if (i >= 800) usual += raw / 200;
    }
    EXPECT_LT(usual, 0.1) << unit;
    EXPECT_GT(network.compute(unit * 1011), 0.8) << unit;
  }
}

TEST(ScaleNetwork, AConstantHasNoLevelAndNoScore) {
  ScaleNetwork network(MultiscaleConfig{}, 5);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(network.compute(3.5), 0);
  EXPECT_FALSE(network.level().has_value());
  network.compute(4.5);
  EXPECT_TRUE(network.level().has_value());
}

TEST(ScaleNetwork, TheNextLevelIsReadyWhenTheLevelRises) {
  MultiscaleConfig config;
  config.look_ahead = 0;
  ScaleNetwork network(config, 5);
  for (int i = 0; i < 600; ++i) network.compute(i % 12);
  const auto level = network.level();
  double raw = 0;
  // Twice the deviation by one far value, then the old cycle: known to the rung that waited.
  network.compute(170);
  for (int i = 1; i <= 12; ++i) raw += network.compute(i % 12) / 12;
  EXPECT_EQ(*network.level(), *level + 1);
  EXPECT_LT(raw, 0.3);
}

TEST(ScaleNetwork, AMemoryForTheNextLevelIsMadeOnlyWhenItIsNear) {
  const auto bytes_with = [](double height) {
    ScaleNetwork network(MultiscaleConfig{}, 5);
    for (int i = 0; i < 600; ++i) network.compute(height * (i % 12));
    return network.bytes();
  };
  // The deviation of 0 to 11 is 3.45; 4.32 of level 3's 8 is far, 6.9 is near.
  EXPECT_LT(static_cast<double>(bytes_with(1.25)), 0.8 * static_cast<double>(bytes_with(2.0)));
}

}  // namespace
}  // namespace cortado::detector
