// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/state_export.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"
#include "memory_file_system.h"

namespace cortado::checkpoint {
namespace {

using base::ErrorCode;
using base::Offset;
using base::Partition;
using ::testing::HasSubstr;

constexpr const char* kPath = "state.ctex";

ExportHead sample_head() {
  return {.topic = "monitoring20",
          .partition_count = 4,
          .hash_name = "murmur2",
          .cluster_id = "cluster-1",
          .model_hash = "0123456789abcdef",
          .lanes = {{Partition(0), {Offset(100), Offset(90), {}}},
                    {Partition(3), {Offset(70), Offset(70), {Offset(5), Offset(8)}}}}};
}

ExportedDevice sample_device(const std::string& name, int partition, std::int64_t next,
                             const std::string& raw) {
  ExportedDevice device{.device = name, .partition = Partition(partition), .next = Offset(next)};
  EXPECT_TRUE(compress(raw, device.blob).ok());
  return device;
}

std::string sample_bytes(const ExportHead& head = sample_head()) {
  std::string bytes;
  ExportWriter writer([&](std::string_view piece) {
    bytes += piece;
    return base::Status();
  });
  EXPECT_TRUE(writer.begin(head).ok());
  for (const ExportedDevice& device :
       {sample_device("boiler-1", 0, 95, "abc"), sample_device("forgotten", 3, 12, ""),
        sample_device("pump \xe2\x82\xac", 3, 70, std::string("\0\1\2", 3))}) {
    EXPECT_TRUE(writer.add(device).ok());
  }
  EXPECT_TRUE(writer.end().ok());
  return bytes;
}

struct Contents {
  ExportHead head;
  std::vector<std::string> devices;  ///< name, partition, next, raw bytes
};

base::Result<Contents> read(const std::string& bytes) {
  base::testing::MemoryFileSystem files;
  files.files()[kPath] = bytes;
  CORTADO_ASSIGN(const auto reader, ExportReader::open(files, kPath));
  Contents contents{.head = reader->head(), .devices = {}};
  while (true) {
    CORTADO_ASSIGN(const auto device, reader->next());
    if (!device) return contents;
    CORTADO_ASSIGN(const std::string raw,
                   decompress(device->blob.bytes, device->blob.raw_size, device->blob.crc32c));
    contents.devices.push_back(device->device + " " + std::to_string(device->partition.get()) +
                               " " + std::to_string(device->next.get()) + " " + raw);
  }
}

TEST(StateExport, GivesBackWhatWasWritten) {
  const auto contents = read(sample_bytes());
  ASSERT_TRUE(contents.ok()) << contents.error().message();
  EXPECT_EQ(contents->head, sample_head());
  EXPECT_THAT(contents->devices,
              ::testing::ElementsAre("boiler-1 0 95 abc", "forgotten 3 12 ",
                                     "pump \xe2\x82\xac 3 70 " + std::string("\0\1\2", 3)));
}

TEST(StateExport, GivesBackWhatAPersonDecided) {
  ExportHead head = sample_head();
  EXPECT_EQ(sample_bytes()[4], 1);
  head.lanes[1].dismissed = {Offset(8)};
  EXPECT_EQ(read(sample_bytes(head))->head, head);
  head.lanes[0].facts.floor = Offset(100);
  const std::string bytes = sample_bytes(head);
  EXPECT_EQ(bytes[4], 2);
  EXPECT_EQ(read(bytes)->head, head);
  EXPECT_EQ(read(bytes)->devices, read(sample_bytes())->devices);
}

TEST(StateExport, RefusesDecisionsThatNobodyCanTake) {
  const auto refuses = [](const ExportHead& head) {
    return read(sample_bytes(head)).error().code() == ErrorCode::kCorrupt;
  };
  ExportHead head = sample_head();
  head.lanes[1].dismissed = {Offset(7)};
  EXPECT_TRUE(refuses(head)) << "of no skipped record";
  head = sample_head();
  head.lanes[0].facts.floor = Offset(101);
  EXPECT_TRUE(refuses(head)) << "above the lane";
}

TEST(StateExport, GoldenFilesRead) {
  ExportHead decided = sample_head();
  decided.lanes[0].facts.floor = Offset(100);
  decided.lanes[1].dismissed = {Offset(8)};
  for (const auto& [name, head] : {std::pair("/state-export-v1.bin", sample_head()),
                                   std::pair("/state-export-v2.bin", decided)}) {
    const auto golden = base::posix_file_system().read_file(std::string(CORTADO_TEST_DATA) + name);
    ASSERT_TRUE(golden.ok()) << golden.error().message();
    const auto contents = read(*golden);
    ASSERT_TRUE(contents.ok()) << contents.error().message();
    EXPECT_EQ(contents->head, head);
    EXPECT_EQ(contents->devices, read(sample_bytes())->devices);
  }
}

TEST(StateExport, RefusesEveryFlippedBit) {
  const std::string sound = sample_bytes();
  for (std::size_t i = 0; i < sound.size(); ++i) {
    std::string broken = sound;
    broken[i] = static_cast<char>(broken[i] ^ (1 << (i % 8)));
    EXPECT_FALSE(read(broken).ok()) << "byte " << i;
  }
}

TEST(StateExport, RefusesEveryCutAndWhatFollows) {
  const std::string sound = sample_bytes();
  for (std::size_t size = 0; size < sound.size(); ++size) {
    const auto contents = read(sound.substr(0, size));
    ASSERT_FALSE(contents.ok()) << size;
    EXPECT_EQ(contents.error().code(), ErrorCode::kCorrupt);
  }
  const auto longer = read(sound + "x");
  ASSERT_FALSE(longer.ok());
  EXPECT_THAT(longer.error().message(), HasSubstr("something follows"));
}

TEST(StateExport, SaysThatAVersionIsAnother) {
  std::string bytes = sample_bytes();
  bytes[4] = 7;
  EXPECT_EQ(read(bytes).error().code(), ErrorCode::kCorrupt) << "the checksum does not hold";
  base::ByteReader length(std::string_view(bytes).substr(8));
  const std::size_t head = 12 + length.u32();
  std::string checksum;
  base::ByteWriter(checksum).u32(base::crc32c(std::string_view(bytes).substr(0, head)));
  bytes.replace(head, checksum.size(), checksum);
  const auto other = read(bytes);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code(), ErrorCode::kUnsupported);
  EXPECT_THAT(other.error().message(), HasSubstr("format version 7, this build reads 1 to 2"));
}

TEST(StateExport, PassesOnWhatTheSinkSays) {
  int pieces = 0;
  ExportWriter writer([&](std::string_view) {
    return ++pieces < 3 ? base::Status() : base::Error(ErrorCode::kIo, "disk full");
  });
  ASSERT_TRUE(writer.begin(sample_head()).ok());
  const auto status = writer.add(sample_device("a", 0, 1, "abc"));
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("disk full"));
}

}  // namespace
}  // namespace cortado::checkpoint
