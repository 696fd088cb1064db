// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/snapshot_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../src/snapshot_files.h"

namespace cortado::checkpoint {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string pack(int number) { return pack_name(static_cast<std::uint64_t>(number), "", 0); }
std::string name(int number) { return manifest_name(static_cast<std::uint64_t>(number), "", 0); }

void add(SnapshotChain& chain, int number, const std::vector<int>& packs) {
  Manifest manifest;
  for (const int one : packs) manifest.packs.push_back({pack(one), 8});
  chain.add(name(number), manifest);
}

TEST(SnapshotChainTest, TheNamedOneAndTheTwoBeforeItStay) {
  SnapshotChain chain;
  add(chain, 1, {1});
  add(chain, 2, {1, 2});
  add(chain, 3, {3});
  EXPECT_THAT(chain.supersede(name(3)), IsEmpty());
  add(chain, 4, {3, 4});
  add(chain, 5, {3, 5});
  // 5 is written but not named yet: it stays, and so does what 4 needs behind it.
  EXPECT_THAT(chain.supersede(name(4)), ElementsAre(name(1)));
  EXPECT_THAT(chain.supersede(name(5)), ElementsAre(name(2), pack(1), pack(2)));
  EXPECT_THAT(chain.supersede(name(5)), IsEmpty());
}

TEST(SnapshotChainTest, ThoseThatDifferInNoBlobPushNoOthersOut) {
  SnapshotChain chain;
  add(chain, 1, {1});
  add(chain, 2, {1, 2});
  for (int number = 3; number <= 7; ++number) add(chain, number, {2, 3});
  EXPECT_THAT(chain.supersede(name(7)), ElementsAre(name(3), name(4)));
  add(chain, 8, {4});
  EXPECT_THAT(chain.supersede(name(8)), ElementsAre(name(1), name(5)));
}

TEST(SnapshotChainTest, WhatWasFoundAtTheLoadAndNobodyNeedsGoesOnce) {
  SnapshotChain chain;
  for (const int number : {1, 2, 9}) chain.found(name(number));
  for (const int number : {1, 7}) chain.found(pack(number));
  add(chain, 1, {1});
  add(chain, 2, {1});
  EXPECT_THAT(chain.supersede(name(2)), ElementsAre(name(9), pack(7)));
  EXPECT_THAT(chain.supersede(name(2)), IsEmpty());
}

TEST(SnapshotChainTest, NothingGoesForASnapshotThatIsNotOurs) {
  SnapshotChain chain;
  chain.found(name(9));
  for (int number = 1; number <= 5; ++number) add(chain, number, {number});
  EXPECT_THAT(chain.supersede(name(6)), IsEmpty());
  EXPECT_THAT(chain.supersede(name(3)), ElementsAre(name(9)));
}

}  // namespace
}  // namespace cortado::checkpoint
