// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/eviction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::stream {
namespace {

using namespace std::chrono_literals;
using State = Resident::State;

Resident clean(std::chrono::seconds used) { return {State::kClean, used}; }
Resident dirty(std::chrono::seconds used) { return {State::kDirty, used}; }
Resident pinned(std::chrono::seconds used) { return {State::kPinned, used}; }

TEST(ChooseEvictionsTest, Table) {
  struct Row {
    const char* what;
    std::int64_t most;
    std::chrono::milliseconds idle_after;
    std::vector<Resident> residents;
    std::vector<std::size_t> leave;
    std::optional<std::size_t> write;
  };
  const Row rows[] = {
      {"nobody there", 1, 1s, {}, {}, {}},
      {"no limits", 0, 0s, {clean(0s), dirty(0s)}, {}, {}},
      {"within the bound", 2, 0s, {clean(0s), dirty(1s)}, {}, {}},
      {"the one used longest ago", 2, 0s, {clean(5s), clean(3s), clean(4s)}, {1}, {}},
      {"the first of equals", 1, 0s, {clean(5s), clean(3s), clean(3s)}, {1, 2}, {}},
      {"clean before dirty", 2, 0s, {dirty(1s), clean(9s), dirty(2s)}, {1}, {}},
      {"the oldest dirty is written", 1, 0s, {dirty(7s), clean(9s), dirty(2s)}, {1}, 2},
      {"a pinned one is not", 1, 0s, {pinned(1s), dirty(7s)}, {}, 1},
      {"and when all are, they stay", 1, 0s, {pinned(1s), pinned(7s)}, {}, {}},
      {"idle to the second", 0, 10s, {clean(91s), clean(90s), clean(0s)}, {2, 1}, {}},
      {"idle ones are not written", 0, 10s, {dirty(0s), clean(1s)}, {1}, {}},
      {"idle ones count for the bound", 2, 10s, {clean(0s), clean(95s), dirty(99s)}, {0}, {}},
      {"idle beyond the bound", 2, 10s, {clean(0s), clean(1s), clean(2s)}, {0, 1, 2}, {}},
      {"bound beyond idle", 1, 10s, {clean(0s), clean(96s), clean(95s)}, {0, 2}, {}},
  };
  for (const Row& row : rows) {
    StateConfig config;
    config.max_resident_devices = row.most;
    config.idle_after = row.idle_after;
    const Eviction eviction = choose_evictions(row.residents, config, 100s);
    EXPECT_EQ(eviction.leave, row.leave) << row.what;
    EXPECT_EQ(eviction.write, row.write) << row.what;
  }
}

}  // namespace
}  // namespace cortado::stream
