// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/bytes.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace cortado::base {
namespace {

TEST(ByteWriter, WritesLittleEndian) {
  std::string out;
  ByteWriter writer(out);
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u32(0x04050607U);
  writer.u64(0x08090a0b0c0d0e0fU);
  EXPECT_EQ(out, std::string("\x01\x03\x02\x07\x06\x05\x04\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08"));
}

TEST(ByteReader, ReadsBackEverything) {
  std::string out;
  ByteWriter writer(out);
  writer.u8(255);
  writer.u16(65'535);
  writer.u32(4'000'000'000U);
  writer.u64(std::numeric_limits<std::uint64_t>::max());
  writer.i64(std::numeric_limits<std::int64_t>::min());
  writer.f64(-0.1);
  writer.f64(std::numeric_limits<double>::quiet_NaN());
  writer.text("text");
  writer.text("");
  writer.raw("raw");
  ByteReader reader(out);
  EXPECT_EQ(reader.u8(), 255);
  EXPECT_EQ(reader.u16(), 65'535);
  EXPECT_EQ(reader.u32(), 4'000'000'000U);
  EXPECT_EQ(reader.u64(), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(reader.i64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reader.f64(), -0.1);
  EXPECT_TRUE(std::isnan(reader.f64()));
  EXPECT_EQ(reader.text(), "text");
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.finished());
  EXPECT_EQ(reader.remaining(), 3U);
  EXPECT_EQ(reader.raw(3), "raw");
  EXPECT_TRUE(reader.finished());
}

TEST(ByteReader, EveryReadAfterTheEndIsZeroAndNotOk) {
  ByteReader reader("\x01\x02\x03");
  EXPECT_EQ(reader.u32(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_EQ(reader.text(), "");
  EXPECT_EQ(reader.varint(), 0U);
  EXPECT_FALSE(reader.finished());
}

TEST(ByteReader, ALengthBeyondTheEndIsNotOk) {
  std::string out;
  ByteWriter(out).u32(0xffffffffU);
  ByteReader reader(out);
  EXPECT_EQ(reader.text(), "");
  EXPECT_FALSE(reader.ok());
}

TEST(Varint, RoundTripsAndHasTheStatedLength) {
  const std::pair<std::uint64_t, std::size_t> cases[] = {
      {0, 1}, {127, 1}, {128, 2}, {16'383, 2}, {16'384, 3}, {1ULL << 63, 10}, {~0ULL, 10}};
  for (const auto& [value, length] : cases) {
    std::string out;
    ByteWriter(out).varint(value);
    EXPECT_EQ(out.size(), length) << value;
    ByteReader reader(out);
    EXPECT_EQ(reader.varint(), value);
    EXPECT_TRUE(reader.finished());
  }
}

TEST(Varint, RefusesMoreThan64BitsAndACutEnd) {
  ByteReader too_big("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02");
  EXPECT_EQ(too_big.varint(), 0U);
  EXPECT_FALSE(too_big.ok());
  ByteReader endless("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80");
  EXPECT_EQ(endless.varint(), 0U);
  EXPECT_FALSE(endless.ok());
  ByteReader cut("\x80");
  EXPECT_EQ(cut.varint(), 0U);
  EXPECT_FALSE(cut.ok());
}

}  // namespace
}  // namespace cortado::base
