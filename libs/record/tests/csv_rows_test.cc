// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/random.h"
#include "cortado/record/csv_reader.h"
#include "cortado/record/csv_writer.h"
#include "drip_source.h"
#include "record_builder.h"

namespace cortado::record {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Bad {
  std::int64_t line;
  std::string reason;
  std::string bytes;
  bool operator==(const Bad&) const = default;
};

struct Read {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::int64_t> lines;
  std::vector<Bad> bad;
};

Read read_rows(const std::string& text, CsvOptions options = {}, std::size_t drop = 1 << 20) {
  Read read;
  CsvRows rows(std::make_unique<testing::DripSource>(text, drop), options,
               [&read](const RejectedRow& row) {
                 read.bad.push_back({row.line, std::string(row.reason), std::string(row.bytes)});
               });
  for (auto more = rows.next(); more.ok() && *more; more = rows.next()) {
    read.rows.emplace_back(rows.fields().begin(), rows.fields().end());
    read.lines.push_back(rows.line());
  }
  EXPECT_EQ(rows.rejected(), static_cast<std::int64_t>(read.bad.size()));
  return read;
}

TEST(CsvRows, SplitsFieldsOfEveryForm) {
  const Read read = read_rows(
      "\xef\xbb\xbf"
      "a,\"b\",\r\n\n\r\n\"x \"\"y\"\"\",\"1,\n2\",\"\"\r\nlast,row,end");
  EXPECT_THAT(read.rows, ElementsAre(ElementsAre("a", "b", ""), ElementsAre("x \"y\"", "1,\n2", ""),
                                     ElementsAre("last", "row", "end")));
  EXPECT_THAT(read.lines, ElementsAre(1, 4, 6));
  EXPECT_THAT(read.bad, IsEmpty());
}

TEST(CsvRows, IsTheSameHoweverTheBytesArrive) {
  const std::string text =
      "\xef\xbb\xbf\"a\"\"b\",c\r\n\"open,\nstill\" x,1\ny\"z,2\nok,\"3\r\n4\"\n\"never";
  const Read whole = read_rows(text);
  EXPECT_EQ(whole.bad.size(), 4U);
  for (const std::size_t drop : {1U, 2U, 3U, 5U, 7U}) {
    const Read dripped = read_rows(text, {}, drop);
    EXPECT_EQ(dripped.rows, whole.rows) << drop;
    EXPECT_EQ(dripped.bad, whole.bad) << drop;
  }
}

TEST(CsvRows, ABadQuoteCostsOneLineOnly) {
  const Read read = read_rows("\"a\",\"b\n\"c\",\"d\"\n\"e\"x,f\ng,h\"i\nj,k\n\"l,m");
  EXPECT_THAT(read.rows, ElementsAre(ElementsAre("c", "d"), ElementsAre("j", "k")));
  EXPECT_THAT(
      read.bad,
      ElementsAre(Bad{1, "something stands between a closing quote and the separator", "\"a\",\"b"},
                  Bad{3, "something stands between a closing quote and the separator", "\"e\"x,f"},
                  Bad{4, "a quote stands inside a field that is not quoted", "g,h\"i"},
                  Bad{6, "a quote is opened and never closed", "\"l,m"}));
}

TEST(CsvRows, RejectsRowsThatAreTooLongAndGoesOn) {
  const std::string text = "a,b\n" + std::string(100'000, 'x') + "\n" + std::string(25, 'y') +
                           "\n\"" + std::string(30, 'z') + "\nc,d\n";
  const Read read = read_rows(text, {.max_row_bytes = 20}, 1000);
  EXPECT_THAT(read.rows, ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d")));
  EXPECT_THAT(read.bad, ElementsAre(Bad{2, "the row is too long", std::string(20, 'x')},
                                    Bad{3, "the row is too long", std::string(20, 'y')},
                                    Bad{4, "the row is too long", "\"" + std::string(19, 'z')}));
}

TEST(CsvRows, RejectsWhatIsNotUtf8) {
  const Read read = read_rows("a\xe9,b\n\xc3\xa9,b\n");
  EXPECT_THAT(read.rows, ElementsAre(ElementsAre("\xc3\xa9", "b")));
  EXPECT_THAT(read.bad, ElementsAre(Bad{1, "the row is not UTF-8", "a\xe9,b"}));
}

TEST(CsvRows, TakesAnotherSeparator) {
  EXPECT_THAT(read_rows("a;b,c;\"d;e\"\n", {.separator = ';'}).rows,
              ElementsAre(ElementsAre("a", "b,c", "d;e")));
}

TEST(CsvRows, AnErrorOfTheSourceIsTheCallers) {
  CsvRows rows(std::make_unique<testing::DripSource>("a,b\nc,d\n", 4, true), {}, nullptr);
  ASSERT_TRUE(rows.next().ok());
  ASSERT_TRUE(rows.next().ok());
  const auto end = rows.next();
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().code(), base::ErrorCode::kIo);
}

TEST(CsvRows, ReadsWhatTheWriterWrote) {
  base::Random random(11);
  std::vector<std::vector<std::string>> rows;
  std::string text;
  for (int i = 0; i < 500; ++i) {
    std::vector<std::string> row(2 + random.below(4));
    for (std::size_t f = 0; f < row.size(); ++f) {
      row[f] = testing::random_text(random, 12);
      if (f > 0) text += ',';
      append_csv_field(row[f], text);
    }
    text += i % 2 == 0 ? "\n" : "\r\n";
    rows.push_back(row);
  }
  const Read read = read_rows(text, {}, 777);
  EXPECT_EQ(read.rows, rows);
  EXPECT_THAT(read.bad, IsEmpty());
}

}  // namespace
}  // namespace cortado::record
