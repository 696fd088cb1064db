// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/result.h"

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "cortado/base/ids.h"

namespace cortado::base {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error(ErrorCode::kInvalidArgument, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  CORTADO_ASSIGN(const int once, half(value));
  CORTADO_TRY(half(once));
  return once / 2;
}

TEST(Result, HoldsAValueOrAnError) {
  EXPECT_TRUE(half(4).ok());
  EXPECT_EQ(*half(4), 2);
  ASSERT_FALSE(half(3).ok());
  EXPECT_EQ(half(3).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(half(3).error().message(), "odd");
}

TEST(Result, MacrosPassErrorsOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(3).error().message(), "odd");
  EXPECT_EQ(quarter(6).error().message(), "odd");
}

TEST(Result, TakesWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 5);
}

TEST(Status, IsSuccessByDefault) {
  EXPECT_TRUE(Status().ok());
  EXPECT_FALSE(Status(Error(ErrorCode::kIo, "x")).ok());
}

TEST(Error, TakesContextInFront) {
  const Error error = Error(ErrorCode::kNotFound, "no such topic").with_context("create");
  EXPECT_EQ(error.message(), "create: no such topic");
  EXPECT_EQ(error.code(), ErrorCode::kNotFound);
}

TEST(ErrorCode, EveryCodeHasItsOwnName) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code)
    names.insert(to_string(static_cast<ErrorCode>(code)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
  EXPECT_FALSE(names.contains("unknown"));
}

TEST(Ids, TopicPartitionsPrintAndCompare) {
  const TopicPartition first{"a", Partition(3)};
  EXPECT_EQ(to_string(first), "a[3]");
  EXPECT_LT(first, (TopicPartition{"a", Partition(4)}));
  EXPECT_LT(first, (TopicPartition{"b", Partition(0)}));
  EXPECT_EQ(Offset().get(), 0);
}

}  // namespace
}  // namespace cortado::base
