// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/binary_serde.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "cortado/base/crc32c.h"
#include "cortado/record/serde.h"
#include "record_builder.h"

namespace cortado::record {
namespace {

std::string encoded(const MonitoringRecord& record) {
  std::string out;
  encode_binary(record, out);
  return out;
}

std::string golden(const std::string& name) {
  std::ifstream file(CORTADO_TEST_DATA "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The record with another byte at a place, and the checksum that belongs to it.
std::string changed(std::string bytes, std::size_t at, char value) {
  bytes[at] = value;
  const std::uint32_t crc = base::crc32c(std::string_view(bytes).substr(0, bytes.size() - 4));
  for (std::size_t i = 0; i < 4; ++i)
    bytes[bytes.size() - 4 + i] = static_cast<char>(crc >> (8 * i));
  return bytes;
}

TEST(BinarySerde, WritesAndReadsTheGoldenRecords) {
  EXPECT_EQ(encoded(testing::ozone_record()), golden("raw-v0.bin"));
  EXPECT_EQ(encoded(testing::enriched_ozone_record()), golden("enriched-v0.bin"));
  MonitoringRecord record;
  ASSERT_TRUE(decode_binary(golden("raw-v0.bin"), record).ok());
  EXPECT_EQ(record, testing::ozone_record());
  ASSERT_TRUE(decode_binary(golden("enriched-v0.bin"), record).ok());
  EXPECT_EQ(record, testing::enriched_ozone_record());
}

TEST(BinarySerde, BeginsAsPromisedAndIsTold) {
  const std::string bytes = encoded(testing::ozone_record());
  EXPECT_EQ(bytes.substr(0, 3), std::string_view("\xc0\x52\x00", 3));
  EXPECT_TRUE(looks_binary(bytes));
  EXPECT_FALSE(looks_binary("{}"));
  EXPECT_FALSE(looks_binary("\xc0"));
  EXPECT_FALSE(looks_binary(""));
}

TEST(BinarySerde, RoundTripsAnyRecord) {
  base::Random random(5);
  MonitoringRecord back;
  for (int i = 0; i < 2000; ++i) {
    const MonitoringRecord record = testing::random_record(random);
    const std::string bytes = encoded(record);
    const auto status = decode_binary(bytes, back);
    ASSERT_TRUE(status.ok()) << status.error().message();
    ASSERT_EQ(back, record);
    ASSERT_EQ(encoded(back), bytes);
  }
}

TEST(BinarySerde, AppendsBehindWhatIsThere) {
  std::string out = "before";
  encode_binary(testing::ozone_record(), out);
  EXPECT_EQ(out, "before" + encoded(testing::ozone_record()));
}

TEST(BinarySerde, EveryCutAndEveryFlippedBitIsNoticed) {
  const std::string bytes = encoded(testing::enriched_ozone_record());
  MonitoringRecord record;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(decode_binary(bytes.substr(0, size), record).ok()) << size;
  ASSERT_FALSE(decode_binary(bytes + "x", record).ok());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(decode_binary(flipped, record).ok()) << bit;
  }
}

TEST(BinarySerde, HostileBytesWithAGoodChecksumAreRefusedOrRead) {
  const std::string bytes = encoded(testing::enriched_ozone_record());
  MonitoringRecord record;
  int refused = 0;
  for (std::size_t at = 3; at < bytes.size() - 4; ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      if (!decode_binary(changed(bytes, at, static_cast<char>(value)), record).ok()) {
        ++refused;
        continue;
      }
      std::string again;
      encode_binary(record, again);
      MonitoringRecord back;
      ASSERT_TRUE(decode_binary(again, back).ok());
      ASSERT_EQ(back, record);
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(BinarySerde, AnotherVersionIsUnsupported) {
  MonitoringRecord record;
  const auto status = decode_binary(changed(encoded(testing::ozone_record()), 2, 9), record);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), base::ErrorCode::kUnsupported);
}

TEST(BinarySerde, MembersThatAreNotJsonAreRefused) {
  for (const auto* members : {"}", "\"a\":1},{\"b\":2", "\"a\"", "1", "\"a\":1,", " "}) {
    MonitoringRecord record = testing::ozone_record();
    record.set_extra_members(members);
    MonitoringRecord back;
    EXPECT_FALSE(decode_binary(encoded(record), back).ok()) << members;
  }
}

TEST(Serde, TellsTheFormatByTheFirstBytes) {
  const MonitoringRecord record = testing::enriched_ozone_record();
  for (const RecordFormat format : {RecordFormat::kJson, RecordFormat::kBinary}) {
    std::string bytes;
    encode(format, record, bytes);
    EXPECT_EQ(looks_binary(bytes), format == RecordFormat::kBinary);
    MonitoringRecord back;
    ASSERT_TRUE(decode_enriched(bytes, back).ok());
    EXPECT_EQ(back, record);
  }
}

}  // namespace
}  // namespace cortado::record
