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

TEST(RecordBufferTest, DroppingFromTheFrontKeepsTheRestAndBoundsMemory) {
  RecordBuffer buffer;
  const std::string topic = "in";
  std::int64_t next = 0;
  std::int64_t first = 0;
  std::size_t most = 0;
  for (int round = 0; round < 1000; ++round) {
    for (int i = 0; i < 10; ++i) {
      const std::string value = std::string(1000, 'v') + std::to_string(next);
      base::RawRecord record;
      record.offset = base::Offset(next++);
      record.value = value;
      buffer.add(record, topic);
    }
    // Some always stay.
    const std::size_t count = round < 10 ? 5 : 10;
    buffer.drop_front(count);
    first += static_cast<std::int64_t>(count);
    most = std::max(most, buffer.bytes());
    ASSERT_EQ(buffer.size(), static_cast<std::size_t>(next - first));
    std::int64_t expected = first;
    for (const base::RawRecord& record : buffer.records()) {
      ASSERT_EQ(record.offset.get(), expected);
      ASSERT_EQ(record.value->substr(1000), std::to_string(expected));
      ++expected;
    }
  }
  EXPECT_LT(most, 2U * 70 * 1100);
  buffer.drop_front(buffer.size());
  EXPECT_EQ(buffer.size(), 0U);
  EXPECT_EQ(buffer.bytes(), 0U);
}

}  // namespace
}  // namespace cortado::stream
