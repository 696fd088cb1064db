// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
//
// Counts every allocation of this program: a record decoded into a reused object, and encoded into
// a reused string, must cost none once the objects have grown.
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <new>

#include <gtest/gtest.h>

#include "cortado/record/binary_serde.h"
#include "cortado/record/csv_reader.h"
#include "cortado/record/enriched_view.h"
#include "cortado/record/generic_record.h"
#include "cortado/record/json_serde.h"
#include "record_builder.h"

namespace {

std::atomic<std::int64_t> allocations{0};

}  // namespace

// NOLINTBEGIN: these replace the library's own, all that a sanitizer would otherwise keep apart
#define NOT_INLINE __attribute__((noinline))
NOT_INLINE void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocations.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size == 0 ? 1 : size);
}
NOT_INLINE void* operator new(std::size_t size) {
  if (void* const memory = operator new(size, std::nothrow)) return memory;
  std::abort();
}
NOT_INLINE void* operator new[](std::size_t size) { return operator new(size); }
NOT_INLINE void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}
NOT_INLINE void operator delete(void* memory) noexcept { std::free(memory); }
NOT_INLINE void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
NOT_INLINE void operator delete[](void* memory) noexcept { std::free(memory); }
NOT_INLINE void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND

namespace cortado::record {
namespace {

/// Run it once to grow, then count what `rounds` further runs allocate.
template <typename Work>
std::int64_t allocations_of(Work work, int rounds = 100) {
  work();
  const std::int64_t before = allocations.load();
  for (int i = 0; i < rounds; ++i) work();
  return allocations.load() - before;
}

TEST(Allocations, TheCounterCounts) {
  // Not by expressions, which a compiler may leave out.
  EXPECT_EQ(allocations_of([] { ::operator delete(::operator new(1)); }, 7), 7);
}

TEST(Allocations, NoneForARecordOfEitherFormat) {
  for (const MonitoringRecord& record :
       {testing::ozone_record(), testing::enriched_ozone_record()}) {
    std::string json;
    std::string binary;
    encode_json(record, json);
    encode_binary(record, binary);
    MonitoringRecord back;
    std::string out;
    bool good = true;
    const auto count = allocations_of([&] {
      out.clear();
      good = good && decode_json(json, back).ok();
      encode_json(back, out);
      good = good && decode_enriched_json(json, back).ok();
      out.clear();
      encode_json(back, out);
      out.clear();
      encode_binary(back, out);
      good = good && decode_binary(binary, back).ok();
    });
    EXPECT_TRUE(good);
    EXPECT_EQ(count, 0);
  }
}

TEST(Allocations, NoneForAnyObjectAndItsView) {
  const auto mapping = Mapping::generic("/id", "/t", "/v");
  ASSERT_TRUE(mapping.ok());
  const std::string json = R"({"id":"a sensor with a long name","t":"2005-06-13T09:00Z","v":1.5})";
  GenericRecord record;
  Enrichment enrichment;
  EnrichedView view;
  std::string out;
  bool good = true;
  const auto count = allocations_of([&] {
    good = good && decode_generic(json, *mapping, record).ok();
    out.clear();
    encode_generic(record, {}, enrichment, out);
    good = good && decode_view(out, *mapping, view).ok();
  });
  EXPECT_TRUE(good);
  EXPECT_EQ(count, 0);
}

TEST(Allocations, NoneForARowOfMarylebone) {
  const std::string path = std::string(CORTADO_TEST_DATA) +
                           "/../../../../../shared/data/marylebone_ozone_1998-2005.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  auto source = open_file(path);
  ASSERT_TRUE(source.ok());
  auto csv = MonitoringCsvReader::create(std::move(*source), {}, nullptr);
  ASSERT_TRUE(csv.ok());
  MonitoringRecord record;
  MonitoringRecord back;
  std::string json;
  std::string binary;
  std::int64_t rows = 0;
  std::int64_t before = 0;
  for (auto more = csv->next(record); *more; more = csv->next(record)) {
    if (++rows == 1000) before = allocations.load();
    json.clear();
    encode_json(record, json);
    ASSERT_TRUE(decode_json(json, back).ok());
    ASSERT_EQ(back, record);
    binary.clear();
    encode_binary(record, binary);
    ASSERT_TRUE(decode_binary(binary, back).ok());
    ASSERT_EQ(back, record);
  }
  EXPECT_EQ(rows, 62'944);
  EXPECT_EQ(csv->rejected(), 0);
  EXPECT_EQ(allocations.load() - before, 0);
}

}  // namespace
}  // namespace cortado::record
