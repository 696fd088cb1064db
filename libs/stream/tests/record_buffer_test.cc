// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/record_buffer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cortado/base/random.h"

namespace cortado::stream {
namespace {

base::RawRecord record(std::int64_t offset, std::string_view value) {
  base::RawRecord result;
  result.topic = "gone";
  result.offset = base::Offset(offset);
  result.value = value;
  return result;
}

TEST(RecordBufferTest, CopiesEverythingButTheTopic) {
  const std::string topic = "in";
  RecordBuffer buffer;
  {
    const std::string key = "key";
    const std::string value = "value";
    const std::string name = "header";
    const std::vector<base::RawHeader> headers = {{name, value}, {name, key}};
    base::RawRecord input = record(7, value);
    input.partition = base::Partition(3);
    input.timestamp_ms = 99;
    input.key = key;
    input.headers = headers;
    buffer.add(input, topic);
  }
  ASSERT_EQ(buffer.size(), 1U);
  const base::RawRecord& copy = buffer.records()[0];
  EXPECT_EQ(copy.topic.data(), topic.data());
  EXPECT_EQ(copy.partition.get(), 3);
  EXPECT_EQ(copy.offset.get(), 7);
  EXPECT_EQ(copy.timestamp_ms, 99);
  EXPECT_EQ(copy.key, "key");
  EXPECT_EQ(copy.value, "value");
  ASSERT_EQ(copy.headers.size(), 2U);
  EXPECT_EQ(copy.headers[0].key, "header");
  EXPECT_EQ(copy.headers[1].value, "key");
}

TEST(RecordBufferTest, TellsEmptyFromAbsent) {
  RecordBuffer buffer;
  base::RawRecord input = record(0, "");
  buffer.add(input, "in");
  input.value.reset();
  buffer.add(input, "in");
  EXPECT_EQ(buffer.records()[0].value, "");
  EXPECT_FALSE(buffer.records()[0].key.has_value());
  EXPECT_FALSE(buffer.records()[1].value.has_value());
  const std::vector<base::RawHeader> headers = {{"empty", ""}, {"null", std::nullopt}};
  input.headers = headers;
  buffer.add(input, "in");
  EXPECT_EQ(buffer.records()[2].headers[0].value, "");
  EXPECT_FALSE(buffer.records()[2].headers[1].value.has_value());
}

TEST(RecordBufferTest, HoldsRecordsOfAnySizeOverManyBatches) {
  base::Random random(1);
  RecordBuffer buffer;
  for (int batch = 0; batch < 20; ++batch) {
    std::vector<std::string> values;
    std::size_t bytes = 0;
    for (int i = 0; i < 200; ++i) {
      const std::size_t size = random.below(i % 50 == 0 ? 700'000 : 3000);
      values.emplace_back(size, static_cast<char>('a' + i % 26));
      bytes += size;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      buffer.add(record(static_cast<std::int64_t>(i), values[i]), "in");
    }
    ASSERT_EQ(buffer.size(), values.size());
    EXPECT_GE(buffer.bytes(), bytes);
    EXPECT_LE(buffer.bytes(), bytes + 8 * values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(*buffer.records()[i].value, values[i]);
    }
    buffer.clear();
    EXPECT_EQ(buffer.size(), 0U);
    EXPECT_EQ(buffer.bytes(), 0U);
  }
}

}  // namespace
}  // namespace cortado::stream
