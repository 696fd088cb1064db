// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "device_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synthetic_rows.h"

namespace cortado::dashboard {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::make_row;

class DeviceQueryTest : public ::testing::Test {
 protected:
  DeviceQueryTest() {
    add("Alpha-1", base::ScoreStatus::kOk, 0.1, 1'000);
    add("alpha-2", base::ScoreStatus::kAlarm, 0.9, 2'000);
    add("beta-1", base::ScoreStatus::kWarming, std::nullopt, 3'000);
    add("beta-2", base::ScoreStatus::kAlarm, 0.7, 4'000);
    add("gamma", base::ScoreStatus::kInvalid, std::nullopt, 5'000);
  }

  void add(const std::string& name, base::ScoreStatus status, std::optional<double> score,
           base::EpochMillis seen) {
    DeviceRow row = make_row(name, 1);
    row.status = status;
    row.score = score;
    row.anomaly = score;
    row.committed_ms = seen;
    model.add(row);
  }

  std::vector<std::string> names(const DeviceQuery& query) {
    std::vector<std::string> out;
    for (const Device* device : select_devices(model, query, 6'000, milliseconds(4'500)).shown)
      out.push_back(device->name);
    return out;
  }

  ReadModel model{HttpConfig{}};
};

TEST_F(DeviceQueryTest, SearchesAllWordsInAnyCase) {
  EXPECT_THAT(names({.search = "ALPHA", .state = {}, .limit = {}}),
              ElementsAre("Alpha-1", "alpha-2"));
  EXPECT_THAT(names({.search = " 1  beta ", .state = {}, .limit = {}}), ElementsAre("beta-1"));
  EXPECT_THAT(names({.search = "delta", .state = {}, .limit = {}}), ElementsAre());
}

TEST_F(DeviceQueryTest, FindsOneByItsVeryName) {
  EXPECT_THAT(names({.device = "alpha-2", .search = "", .state = {}, .limit = {}}),
              ElementsAre("alpha-2"));
  EXPECT_THAT(names({.device = "alpha", .search = "", .state = {}, .limit = {}}), ElementsAre());
}

TEST_F(DeviceQueryTest, SortsAndPages) {
  const auto sorted = [this](DeviceSort sort) {
    return names({.search = "", .state = {}, .sort = sort, .limit = {}});
  };
  EXPECT_THAT(sorted(DeviceSort::kName),
              ElementsAre("Alpha-1", "alpha-2", "beta-1", "beta-2", "gamma"));
  EXPECT_THAT(sorted(DeviceSort::kLastAnomaly),
              ElementsAre("beta-2", "alpha-2", "Alpha-1", "beta-1", "gamma"));
  EXPECT_THAT(sorted(DeviceSort::kState),
              ElementsAre("alpha-2", "beta-2", "Alpha-1", "gamma", "beta-1"));
  EXPECT_THAT(sorted(DeviceSort::kScore),
              ElementsAre("alpha-2", "beta-2", "Alpha-1", "beta-1", "gamma"));
  EXPECT_THAT(sorted(DeviceSort::kSeen).front(), "Alpha-1");
  EXPECT_THAT(names({.search = "", .state = {}, .offset = 3, .limit = 5}),
              ElementsAre("beta-2", "gamma"));
  EXPECT_THAT(names({.search = "", .state = {}, .offset = 9, .limit = 5}), ElementsAre());
  EXPECT_EQ(select_devices(model, {.search = "a", .state = {}, .limit = 1}, 0, {}).matching, 5U);
}

TEST_F(DeviceQueryTest, FiltersByStateAndCountsStates) {
  EXPECT_THAT(names({.search = "", .state = DeviceState::kAlerting, .limit = {}}),
              ElementsAre("alpha-2", "beta-2"));
  EXPECT_THAT(names({.search = "", .state = DeviceState::kSilent, .limit = {}}),
              ElementsAre("Alpha-1"));
  model.add(ResidencyRow{.device = "beta-2", .resident = false});
  model.add(ResidencyRow{.device = "nobody", .resident = false});
  EXPECT_THAT(count_states(model, 6'000, milliseconds(4'500)), ElementsAre(1, 1, 1, 1, 1, 0));
}

TEST(DeviceState, ADeviceIsSilentByItsOwnGapUnlessToldOtherwise) {
  ReadModel model{HttpConfig{}};
  for (int i = 0; i < 50; ++i) {
    DeviceRow row = make_row("a", i + 1);
    row.committed_ms = 1'000'000 + i * 10'000;
    model.add(row);
  }
  const Device& device = *model.find("a");
  EXPECT_EQ(silent_at(device, milliseconds(0)), 1'490'000 + 100'000);
  EXPECT_EQ(silent_at(device, milliseconds(5'000)), 1'495'000);
  EXPECT_EQ(state_of(device, 1'590'000, milliseconds(0)), DeviceState::kOk);
  EXPECT_EQ(state_of(device, 1'590'001, milliseconds(0)), DeviceState::kSilent);
}

TEST(DeviceState, ARecordBringsAnEvictedDeviceBack) {
  ReadModel model{HttpConfig{}};
  model.add(make_row("a", 1));
  EXPECT_EQ(model.find("a")->resident, std::nullopt);
  model.add(ResidencyRow{.device = "a", .resident = false});
  EXPECT_EQ(state_of(*model.find("a"), 0, milliseconds(0)), DeviceState::kEvicted);
  model.add(make_row("a", 2));
  EXPECT_EQ(state_of(*model.find("a"), 0, milliseconds(0)), DeviceState::kOk);
}

TEST(DeviceState, NamesReadBack) {
  for (std::size_t i = 0; i < kDeviceStates; ++i) {
    const auto state = static_cast<DeviceState>(i);
    EXPECT_EQ(device_state_of(to_text(state)), state);
  }
  EXPECT_EQ(device_state_of("dead"), std::nullopt);
}

}  // namespace
}  // namespace cortado::dashboard
