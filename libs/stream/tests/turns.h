// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine_world.h"

namespace cortado::stream::testing {

/// One record a second for the devices named, in this order.
inline void add_turns(World& world, const std::vector<std::string>& devices) {
  auto arrival = world.clock.steady();
  for (const std::string& device : devices) {
    world.topic.add(
        0, {.key = device, .value = "v" + device, .arrival = arrival += std::chrono::seconds(1)});
  }
}

/// `rounds` times d0, d1, ...
inline std::vector<std::string> turns(int rounds, int devices) {
  std::vector<std::string> result;
  for (int i = 0; i < rounds * devices; ++i) result.push_back("d" + std::to_string(i % devices));
  return result;
}

/// Every offset has its outcome, and repeats are the same.
inline void expect_whole(World& world) {
  for (int partition = 0; partition < static_cast<int>(world.topic.partitions.size());
       ++partition) {
    const auto expected = expected_outcomes(world, partition);
    const auto outcomes = world.outcomes(partition);
    ASSERT_EQ(outcomes.size(), expected.size());
    for (const auto& [offset, versions] : outcomes) {
      for (const LoggedOutcome& outcome : versions) {
        EXPECT_EQ(outcome, expected[static_cast<std::size_t>(offset)]);
      }
    }
  }
}

}  // namespace cortado::stream::testing
