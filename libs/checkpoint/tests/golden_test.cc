// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Files of released format versions: read for good. data/state-v1 and data/state-v2 are a lane's
// folder as that version wrote it, two snapshots with skipped offsets and a device that was
// forgotten.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/file_system.h"
#include "cortado/checkpoint/lane_archive.h"
#include "memory_file_system.h"
#include "store_driver.h"

namespace cortado::checkpoint {
namespace {

using ::testing::ElementsAre;

struct Golden {
  std::string folder;
  SnapshotName newest;
  std::string settings_hash;
};

const Golden kVersion1{
    "state-v1", {"0000000000000002-a9f8129b57f5664c.manifest", "016ab8a00166ad8b"}, ""};
const Golden kVersion2{"state-v2",
                       {"0000000000000002-21087f30ba13dd47.manifest", "eb9f9a1af2785bf9"},
                       "alerts=0011223344556677;detector=8899aabbccddeeff;input=0123456789abcdef"};

/// The folder in memory, so that nothing that is written lands in the source.
class GoldenTest : public ::testing::TestWithParam<Golden> {
 protected:
  void SetUp() override {
    const std::string folder = std::string(CORTADO_TEST_DATA) + "/" + GetParam().folder + "/in/0";
    ASSERT_TRUE(files_.create_directories(testing::kFolder).ok());
    const auto names = base::posix_file_system().list(folder);
    ASSERT_TRUE(names.ok()) << names.error().message();
    for (const std::string& name : *names) {
      files_.files()[std::string(testing::kFolder) + "/" + name] =
          base::posix_file_system().read_file(folder + "/" + name).value();
    }
  }

  base::testing::MemoryFileSystem files_;
};

TEST_P(GoldenTest, ItsNewestSnapshotLoads) {
  DirectoryStores stores(files_, "state", "golden-group");
  const auto store = stores.open(testing::identity(), 7);
  ASSERT_TRUE(store.ok()) << store.error().message();
  testing::Collector collector;
  const auto loaded = (*store)->load({}, collector, run_in_order);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  ASSERT_TRUE(*loaded);
  EXPECT_EQ((*loaded)->name, GetParam().newest);
  EXPECT_EQ((*loaded)->algorithm_version, 1U);
  EXPECT_EQ((*loaded)->settings_hash, GetParam().settings_hash);
  EXPECT_EQ((*loaded)->facts, (SnapshotFacts{.next_offset = base::Offset(30),
                                             .low_water = base::Offset(25),
                                             .skipped = {base::Offset(7), base::Offset(26)}}));
  EXPECT_EQ(collector.devices,
            (std::map<std::string, std::string>{
                {"boiler", "one, then two"}, {"forgotten", ""}, {"pump \xe2\x82\xac", "three"}}));
  EXPECT_EQ(collector.offsets, (std::map<std::string, std::int64_t>{
                                   {"boiler", 28}, {"forgotten", 12}, {"pump \xe2\x82\xac", 9}}));
  // And it is gone on from.
  const auto writer = (*store)->begin(
      {.next_offset = base::Offset(40), .low_water = base::Offset(40), .skipped = {}});
  ASSERT_TRUE(writer->commit().ok());
}

TEST_P(GoldenTest, TheNewestVersionIsStillWrittenByteForByte) {
  const std::string& name = GetParam().newest.name;
  const std::string& bytes = files_.files()[std::string(testing::kFolder) + "/" + name];
  const auto manifest = decode_manifest(bytes);
  ASSERT_TRUE(manifest.ok()) << manifest.error().message();
  EXPECT_EQ(encode(*manifest) == bytes, GetParam().folder == kVersion2.folder);
}

TEST_P(GoldenTest, ItsDevicesAreKnownWithoutTheirStates) {
  DirectoryStores stores(files_, "state");
  const auto devices = stores.devices(testing::identity().lane);
  ASSERT_TRUE(devices.ok());
  EXPECT_THAT(*devices, ElementsAre("boiler", "pump \xe2\x82\xac"));
  const auto nowhere = stores.devices({"in", base::Partition(5)});
  ASSERT_TRUE(nowhere.ok());
  EXPECT_TRUE(nowhere->empty());
}

INSTANTIATE_TEST_SUITE_P(EveryVersion, GoldenTest, ::testing::Values(kVersion1, kVersion2),
                         [](const auto& tested) {
                           return "Version" + tested.param.folder.substr(7);
                         });

}  // namespace
}  // namespace cortado::checkpoint
