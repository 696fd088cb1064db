// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace cortado::base {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Golden {
  double x;
  std::uint64_t bits;
};

void expect_bits(double (*function)(double), const std::vector<Golden>& cases) {
  for (const auto& golden : cases)
    EXPECT_EQ(std::bit_cast<std::uint64_t>(function(golden.x)), golden.bits) << golden.x;
}

TEST(Math, EveryCompilerGivesTheseBits) {
  expect_bits(exp, {{0x0p+0, 0x3ff0000000000000U},
                    {0x1p+0, 0x4005bf0a8b14576aU},
                    {-0x1p+0, 0x3fd78b56362cef38U},
                    {0x1p-1, 0x3ffa61298e1e069cU},
                    {-0x1.44p+4, 0x3e1b93de1e27ca3bU},
                    {0x1.5ep+9, 0x7f0d945df4f8ec8eU},
                    {-0x1.72p+9, 0x0000000000000055U},
                    {0x1.b7cdfd9d7bdbbp-34, 0x3ff000000006df38U}});
  expect_bits(log, {{0x1p+0, 0x0000000000000000U},
                    {0x1p+1, 0x3fe62e42fefa39efU},
                    {0x1p-1, 0xbfe62e42fefa39efU},
                    {0x1.4p+3, 0x40026bb1bbb55516U},
                    {0x1.56e1fc2f8f359p-997, 0xc085963447f87fb5U},
                    {0x1.7e43c8800759cp+996, 0x4085963447f87fb5U},
                    {0x1.6a09e667f3bccp-1, 0xbfd62e42fefa39f1U},
                    {0x0.0000000000001p-1022, 0xc0874385446d71c3U}});
  expect_bits(sin, {{0x0p+0, 0x0000000000000000U},
                    {0x1p+0, 0x3feaed548f090ceeU},
                    {-0x1p+0, 0xbfeaed548f090ceeU},
                    {0x1.8p+1, 0x3fc210386db6d557U},
                    {0x1.9p+6, 0xbfe03425b78c4d99U},
                    {-0x1.81cd6c8b43958p+13, 0x3fe687d5890961b2U},
                    {0x1.e847fp+19, 0xbfe833357b0d1cbdU}});
  expect_bits(erfc, {{0x0p+0, 0x3ff0000000000000U},
                     {0x1p-1, 0x3fdeb02147ce245aU},
                     {-0x1p-1, 0x3ff853f7ae0c76eaU},
                     {0x1.3ffcb923a29c7p+1, 0x3f3aaf2d67e54000U},
                     {0x1.4p+1, 0x3f3aab859b20aca0U},
                     {0x1.4p+2, 0x3d7b0c1a759f7739U},
                     {-0x1.4p+2, 0x3fffffffffffe4f4U},
                     {0x1.ap+4, 0x02a284bfe1cdea24U}});
}

TEST(Math, ExpIsAccurate) {
  double worst = 0;
  for (int i = 0; i <= 100'000; ++i) {
    const double x = -690 + 1399.0 * i / 100'000;
    worst = std::max(worst, std::fabs(exp(x) / std::exp(x) - 1));
  }
  EXPECT_LT(worst, 1e-14);
}

TEST(Math, ExpAtTheEdges) {
  EXPECT_EQ(exp(0), 1);
  EXPECT_EQ(exp(710), kInfinity);
  EXPECT_EQ(exp(kInfinity), kInfinity);
  EXPECT_EQ(exp(-746), 0);
  EXPECT_EQ(exp(-kInfinity), 0);
  EXPECT_TRUE(std::isnan(exp(std::nan(""))));
  EXPECT_NEAR(exp(-744), std::exp(-744), 1e-323);
}

TEST(Math, LogIsAccurate) {
  double worst = 0;
  for (int i = 0; i <= 100'000; ++i) {
    const double wide = std::exp(-700 + 1400.0 * i / 100'000);
    const double near_one = 0.5 + 1.5 * (i + 0.37) / 100'000;
    worst = std::max(worst, std::fabs(log(wide) - std::log(wide)) / std::fabs(std::log(wide)));
    worst = std::max(worst, std::fabs(log(near_one) / std::log(near_one) - 1));
  }
  EXPECT_LT(worst, 1e-14);
}

TEST(Math, LogAtTheEdges) {
  EXPECT_EQ(log(1), 0);
  EXPECT_EQ(log(0), -kInfinity);
  EXPECT_EQ(log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(log(-1)));
  EXPECT_TRUE(std::isnan(log(std::nan(""))));
}

TEST(Math, SinIsAccurate) {
  double worst = 0;
  for (int i = 0; i <= 200'000; ++i) {
    const double x = -1e6 + 2e6 * (i + 0.37) / 200'001;
    worst = std::max(worst, std::fabs(sin(x) - std::sin(x)));
  }
  EXPECT_LT(worst, 1e-10);
  EXPECT_EQ(sin(0), 0);
}

TEST(Math, ErfcIsAccurate) {
  double worst = 0;
  for (int i = 0; i <= 100'000; ++i) {
    const double x = -6 + 32.0 * i / 100'000;
    worst = std::max(worst, std::fabs(erfc(x) / std::erfc(x) - 1));
  }
  EXPECT_LT(worst, 1e-10);
  EXPECT_EQ(erfc(0), 1);
}

}  // namespace
}  // namespace cortado::base
