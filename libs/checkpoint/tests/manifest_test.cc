// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/checkpoint/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/bytes.h"
#include "cortado/base/crc32c.h"

namespace cortado::checkpoint {
namespace {

using ::testing::HasSubstr;

Manifest example() {
  Manifest manifest;
  manifest.number = 12;
  manifest.identity = {.lane = {"monitoring20", base::Partition(3)},
                       .partition_count = 10,
                       .hash_name = "murmur2",
                       .cluster_id = "cluster",
                       .model_hash = "0123456789abcdef",
                       .algorithm_version = 3,
                       .settings_hash = "input=00;detector=11"};
  manifest.facts = {.next_offset = base::Offset(4711),
                    .low_water = base::Offset(4700),
                    .skipped = {base::Offset(17), base::Offset(4705)},
                    .refused = {{"d", base::Offset(3), base::Offset(9)},
                                {"d", base::Offset(9), {}},
                                {"e", base::Offset(4700), {}}}};
  manifest.parent = "000000000000000b-00000000000000cc.manifest";
  manifest.packs = {{"000000000000000b-00000000000000aa.pack", 500},
                    {"000000000000000c-00000000000000bb.pack", 300}};
  manifest.entries = {{"a", 0, 8, 100, 400, 1, base::Offset(3)},
                      {"b", 1, 8, 292, 1000, 2, base::Offset(4710)},
                      {"c", 0, 400, 100, 9, 3, base::Offset(4711)}};
  return manifest;
}

/// Put the right checksum behind changed contents.
std::string sealed(std::string bytes) {
  bytes.resize(bytes.size() - 4);
  base::ByteWriter(bytes).u32(base::crc32c(bytes));
  return bytes;
}

TEST(ManifestTest, ReadsWhatItWrote) {
  const Manifest manifest = example();
  const auto read = decode_manifest(encode(manifest));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->number, 12U);
  EXPECT_EQ(read->identity.lane, manifest.identity.lane);
  EXPECT_EQ(read->identity.partition_count, 10);
  EXPECT_EQ(read->identity.hash_name, "murmur2");
  EXPECT_EQ(read->identity.cluster_id, "cluster");
  EXPECT_EQ(read->identity.model_hash, "0123456789abcdef");
  EXPECT_EQ(read->identity.algorithm_version, 3U);
  EXPECT_EQ(read->identity.settings_hash, "input=00;detector=11");
  EXPECT_EQ(read->facts, manifest.facts);
  EXPECT_EQ(read->parent, manifest.parent);
  EXPECT_EQ(read->packs, manifest.packs);
  EXPECT_EQ(read->entries, manifest.entries);
}

TEST(ManifestTest, ALaneThatRefusesNothingHasNoBytesForIt) {
  Manifest manifest = example();
  const std::size_t all = encode(manifest).size();
  manifest.facts.refused.clear();
  const std::string bytes = encode(manifest);
  EXPECT_EQ(all - bytes.size(), 1U + 1 + 3 * (4 + 1 + 8 + 8));  // tag, count, spans
  const auto read = decode_manifest(bytes);
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->facts, manifest.facts);
}

TEST(ManifestTest, AnEmptySnapshotIsAManifestToo) {
  const auto read = decode_manifest(encode(Manifest{}));
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->entries.empty());
}

TEST(ManifestTest, AFloorIsWrittenOnlyAboveTheLowWater) {
  Manifest manifest = example();
  const std::string without = encode(manifest);
  manifest.facts.floor = base::Offset(4700);
  EXPECT_EQ(encode(manifest), without);
  manifest.facts.floor = base::Offset(4701);
  const auto read = decode_manifest(encode(manifest));
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->facts, manifest.facts);
}

TEST(ManifestTest, RefusesWhatIsNoFloor) {
  const auto refusal = [](const std::string& extras) {
    Manifest manifest = example();
    manifest.facts.refused.clear();
    std::string bytes = encode(manifest);
    bytes.resize(bytes.size() - 4);
    const auto read = decode_manifest(sealed(bytes + extras + "crc."));
    return read.ok() ? "" : read.error().message();
  };
  const auto floor = [](std::int64_t offset) {
    std::string bytes;
    base::ByteWriter out(bytes);
    out.u8(1);
    out.i64(offset);
    return bytes;
  };
  EXPECT_EQ(refusal(floor(4711)), "");
  EXPECT_THAT(refusal(floor(4712)), HasSubstr("an impossible floor"));
  EXPECT_THAT(refusal(floor(4700)), HasSubstr("an impossible floor"));
  EXPECT_THAT(refusal(floor(4711) + floor(4711)), HasSubstr("something unknown"));
  EXPECT_THAT(refusal(floor(4711).substr(0, 5)), HasSubstr("an impossible floor"));
  EXPECT_THAT(refusal("\x09"), HasSubstr("something unknown"));
}

TEST(ManifestTest, AnyChangedByteIsFound) {
  const std::string good = encode(example());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      EXPECT_FALSE(decode_manifest(bad).ok()) << i;
    }
  }
}

TEST(ManifestTest, AnyCutIsFound) {
  const std::string good = encode(example());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(decode_manifest(std::string_view(good).substr(0, size)).error().code(),
              base::ErrorCode::kCorrupt);
  }
  EXPECT_FALSE(decode_manifest(good + "x").ok());
}

TEST(ManifestTest, AChangedByteBehindARightChecksumNeverPassesACheckedBound) {
  const std::string good = encode(example());
  for (std::size_t i = 0; i + 4 < good.size(); ++i) {
    for (int value = 0; value < 256; value += 5) {
      std::string changed = good;
      changed[i] = static_cast<char>(value);
      const auto read = decode_manifest(sealed(changed));
      if (!read.ok()) continue;
      for (const BlobEntry& entry : read->entries) {
        ASSERT_LT(entry.pack, read->packs.size());
        EXPECT_LE(entry.offset + entry.stored_size, read->packs[entry.pack].size);
      }
    }
  }
}

TEST(ManifestTest, AnotherVersionIsUnsupported) {
  for (const char version : {'\0', '\3'}) {
    std::string bytes = encode(example());
    bytes[4] = version;
    const auto read = decode_manifest(sealed(bytes));
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().code(), base::ErrorCode::kUnsupported);
    EXPECT_THAT(read.error().message(), HasSubstr("format version " + std::to_string(version) +
                                                  ", this build reads 1 to 2"));
  }
}

TEST(ManifestTest, RefusesWhatAWriterNeverWrites) {
  const auto refuses = [](const Manifest& manifest) {
    return decode_manifest(encode(manifest)).error().code() == base::ErrorCode::kCorrupt;
  };
  Manifest manifest = example();
  std::swap(manifest.entries[0], manifest.entries[1]);
  EXPECT_TRUE(refuses(manifest)) << "order";
  manifest = example();
  manifest.entries[1].device = "a";
  EXPECT_TRUE(refuses(manifest)) << "twice";
  manifest = example();
  manifest.packs[0].name = "../../etc/passwd";
  EXPECT_TRUE(refuses(manifest)) << "path";
  manifest = example();
  manifest.entries[0].pack = 2;
  EXPECT_TRUE(refuses(manifest)) << "no such pack";
  manifest = example();
  manifest.entries[0].offset = ~std::uint64_t{0};
  EXPECT_TRUE(refuses(manifest)) << "offset";
  manifest = example();
  manifest.entries[2].stored_size = 101;
  EXPECT_TRUE(refuses(manifest)) << "behind the end";
  manifest = example();
  manifest.facts.low_water = base::Offset(-1);
  EXPECT_TRUE(refuses(manifest)) << "negative";
  manifest = example();
  manifest.facts.low_water = base::Offset(4712);
  EXPECT_TRUE(refuses(manifest)) << "low water above the end";
  manifest = example();
  std::swap(manifest.facts.skipped[0], manifest.facts.skipped[1]);
  EXPECT_TRUE(refuses(manifest)) << "skipped offsets out of order";
  manifest = example();
  std::swap(manifest.facts.refused[1], manifest.facts.refused[2]);
  EXPECT_TRUE(refuses(manifest)) << "refused devices out of order";
  manifest = example();
  manifest.facts.refused[1].from = base::Offset(8);
  EXPECT_TRUE(refuses(manifest)) << "spans that overlap";
  manifest = example();
  manifest.facts.refused[0].to = base::Offset(3);
  EXPECT_TRUE(refuses(manifest)) << "an empty span";
  manifest = example();
  manifest.parent = "../other";
  EXPECT_TRUE(refuses(manifest)) << "parent";
}

}  // namespace
}  // namespace cortado::checkpoint
