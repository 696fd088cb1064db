// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using base::Offset;
using checkpoint::RefusedSpan;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RefusalsTest : public ::testing::Test {
 protected:
  RefusalsTest() { refusals_.restore({}, Offset(0), true); }

  Refusals refusals_;
};

TEST_F(RefusalsTest, AChangeMayBeToldOnceItIsStored) {
  EXPECT_FALSE(refusals_.refuse("x", Offset(5)));
  EXPECT_TRUE(refusals_.pending());
  const auto revision = refusals_.revision();
  EXPECT_FALSE(refusals_.refuse("y", Offset(6)));
  refusals_.stored(revision);
  EXPECT_TRUE(refusals_.refuse("x", Offset(7)));
  EXPECT_FALSE(refusals_.refuse("y", Offset(7)));
  EXPECT_TRUE(refusals_.pending());
  refusals_.stored(refusals_.revision());
  EXPECT_TRUE(refusals_.refuse("y", Offset(7)));
  EXPECT_THAT(refusals_.list(),
              ElementsAre(RefusedSpan{"x", Offset(5), {}}, RefusedSpan{"y", Offset(6), {}}));
}

TEST_F(RefusalsTest, WhereNothingIsStoredAChangeCountsAtOnce) {
  refusals_.restore({}, Offset(0), false);
  EXPECT_TRUE(refusals_.refuse("x", Offset(5)));
  EXPECT_TRUE(refusals_.accept("x", Offset(6)));
  EXPECT_FALSE(refusals_.pending());
}

TEST_F(RefusalsTest, ASpanCoversWhatLiesInIt) {
  refusals_.restore({{"x", Offset(5), Offset(8)}, {"x", Offset(10), {}}}, Offset(0), true);
  for (const int offset : {5, 7, 10, 1000}) EXPECT_TRUE(refusals_.covers("x", Offset(offset)));
  for (const int offset : {4, 8, 9}) EXPECT_FALSE(refusals_.covers("x", Offset(offset)));
  EXPECT_FALSE(refusals_.covers("y", Offset(6)));
  EXPECT_TRUE(refusals_.refuses("x"));
  EXPECT_FALSE(refusals_.pending());
}

TEST_F(RefusalsTest, ADeviceThatIsAcceptedEndsItsSpan) {
  refusals_.restore({{"x", Offset(5), {}}}, Offset(0), true);
  EXPECT_TRUE(refusals_.accept("y", Offset(9)));
  EXPECT_FALSE(refusals_.accept("x", Offset(9)));
  EXPECT_FALSE(refusals_.accept("x", Offset(9)));
  EXPECT_FALSE(refusals_.refuses("x"));
  refusals_.stored(refusals_.revision());
  EXPECT_TRUE(refusals_.accept("x", Offset(9)));
  EXPECT_FALSE(refusals_.refuse("x", Offset(12)));
  EXPECT_THAT(refusals_.list(), ElementsAre(RefusedSpan{"x", Offset(5), Offset(9)},
                                            RefusedSpan{"x", Offset(12), {}}));
}

TEST_F(RefusalsTest, AnEmptySpanIsNotWritten) {
  refusals_.refuse("x", Offset(5));
  refusals_.accept("x", Offset(5));
  EXPECT_TRUE(refusals_.pending());
  EXPECT_THAT(refusals_.list(), IsEmpty());
}

TEST_F(RefusalsTest, AGroupThatWasSetBackRefusesFromThereOn) {
  refusals_.restore({{"x", Offset(50), {}}}, Offset(0), true);
  EXPECT_FALSE(refusals_.refuse("x", Offset(20)));
  EXPECT_THAT(refusals_.list(), ElementsAre(RefusedSpan{"x", Offset(20), {}}));
}

TEST_F(RefusalsTest, OfManyEndedSpansTheOldestAreForgotten) {
  std::vector<RefusedSpan> spans;
  const auto most = static_cast<std::int64_t>(Refusals::kMostEnded);
  for (std::int64_t i = 0; i < 2 * most; ++i)
    spans.push_back({"x", Offset(10 * i), Offset(10 * i + 5)});
  spans.push_back({"y", Offset(0), {}});
  refusals_.restore(spans, Offset(100), true);
  EXPECT_EQ(refusals_.list().size(), spans.size());  // A replay begins below most of them.
  refusals_.restore(spans, Offset(100 * most), true);
  EXPECT_EQ(refusals_.list().size(), static_cast<std::size_t>(most) + 1);
  EXPECT_FALSE(refusals_.covers("x", Offset(0)));
  EXPECT_TRUE(refusals_.covers("x", Offset(20 * most - 10)));
  EXPECT_TRUE(refusals_.covers("y", Offset(0)));
}

}  // namespace
}  // namespace cortado::stream
