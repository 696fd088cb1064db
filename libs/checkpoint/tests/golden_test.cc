// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// Files of released format versions: read for good. data/state-v1 is a lane's folder as version 1
// wrote it, two snapshots with skipped offsets and a device that was forgotten.
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

const std::string kGolden = std::string(CORTADO_TEST_DATA) + "/state-v1/in/0";

/// The folder in memory, so that nothing that is written lands in the source.
class GoldenTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(files_.create_directories(testing::kFolder).ok());
    const auto names = base::posix_file_system().list(kGolden);
    ASSERT_TRUE(names.ok()) << names.error().message();
    for (const std::string& name : *names) {
      files_.files()[std::string(testing::kFolder) + "/" + name] =
          base::posix_file_system().read_file(kGolden + "/" + name).value();
    }
  }

  base::testing::MemoryFileSystem files_;
};

TEST_F(GoldenTest, ASnapshotOfVersion1Loads) {
  DirectoryStores stores(files_, "state", "golden-group");
  const auto store = stores.open(testing::identity(), 7);
  ASSERT_TRUE(store.ok()) << store.error().message();
  testing::Collector collector;
  const auto loaded = (*store)->load({}, collector, run_in_order);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  ASSERT_TRUE(*loaded);
  EXPECT_EQ((*loaded)->name.name, "0000000000000002-a9f8129b57f5664c.manifest");
  EXPECT_EQ((*loaded)->name.hash, "016ab8a00166ad8b");
  EXPECT_EQ((*loaded)->algorithm_version, 1U);
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

TEST_F(GoldenTest, TheManifestIsStillWrittenByteForByte) {
  const std::string name = "0000000000000002-a9f8129b57f5664c.manifest";
  const std::string& bytes = files_.files()[std::string(testing::kFolder) + "/" + name];
  const auto manifest = decode_manifest(bytes);
  ASSERT_TRUE(manifest.ok()) << manifest.error().message();
  EXPECT_EQ(encode(*manifest), bytes);
}

TEST_F(GoldenTest, ItsDevicesAreKnownWithoutTheirStates) {
  DirectoryStores stores(files_, "state");
  const auto devices = stores.devices(testing::identity().lane);
  ASSERT_TRUE(devices.ok());
  EXPECT_THAT(*devices, ElementsAre("boiler", "pump \xe2\x82\xac"));
  const auto nowhere = stores.devices({"in", base::Partition(5)});
  ASSERT_TRUE(nowhere.ok());
  EXPECT_TRUE(nowhere->empty());
}

}  // namespace
}  // namespace cortado::checkpoint
