// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/record/csv_reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include "cortado/record/csv_writer.h"
#include "cortado/record/json_serde.h"
#include "cortado/record/reject_file.h"
#include "record_builder.h"

namespace cortado::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CsvReaderTest : public ::testing::Test {
 protected:
  CsvReaderTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("cortado-record-" + std::to_string(::getpid()) + "-" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::create_directories(folder_);
  }
  ~CsvReaderTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ / name; }

  static base::Result<MonitoringCsvReader> reader(const std::string& text, CsvOptions options = {},
                                                  RejectHandler reject = nullptr) {
    return MonitoringCsvReader::create(memory_source(text), options, std::move(reject));
  }

  static std::string slurp(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  std::filesystem::path folder_;
};

TEST_F(CsvReaderTest, ReadsAndWritesTheGoldenFile) {
  auto source = open_file(CORTADO_TEST_DATA "/epa.csv");
  ASSERT_TRUE(source.ok());
  auto csv = MonitoringCsvReader::create(std::move(*source), {}, nullptr);
  ASSERT_TRUE(csv.ok());
  MonitoringRecord record;
  ASSERT_TRUE(*csv->next(record));
  EXPECT_EQ(record, testing::ozone_record());
  EXPECT_EQ(csv->line(), 2);
  EXPECT_FALSE(*csv->next(record));
  std::string out;
  append_epa_header(out);
  append_epa_row(testing::ozone_record(), out);
  EXPECT_EQ(out, slurp(CORTADO_TEST_DATA "/epa.csv"));
}

TEST_F(CsvReaderTest, FindsColumnsByNameInAnyOrder) {
  auto csv = reader(
      "Sample Measurement,POC,anomaly,\"Site Num\",countyCode,State Code , Parameter "
      "Code,Time GMT,Date GMT,Mine\n0.5,1,0.25,S,C,T,P,09:00,2005-06-13,x\n");
  ASSERT_TRUE(csv.ok()) << csv.error().message();
  MonitoringRecord record;
  ASSERT_TRUE(*csv->next(record));
  EXPECT_EQ(device_key(record).get(), "T-C-S-P-1");
  EXPECT_EQ(event_time(record), 1118653200000);
  EXPECT_EQ(measurement(record), 0.5);
  EXPECT_EQ(record.scores.anomaly, 0.25);
  EXPECT_EQ(record.text(Field::kStateName), "");
  EXPECT_THAT(csv->ignored_columns(), ElementsAre("Mine"));
}

TEST_F(CsvReaderTest, TakesAFileWithoutHeader) {
  std::string row;
  append_epa_row(testing::ozone_record(), row);
  auto csv = reader(row + row, {.header = false});
  ASSERT_TRUE(csv.ok());
  MonitoringRecord record;
  ASSERT_TRUE(*csv->next(record));
  EXPECT_EQ(record, testing::ozone_record());
  EXPECT_TRUE(*csv->next(record));
  EXPECT_FALSE(*csv->next(record));
  const auto guessed = reader(row + row);
  ASSERT_FALSE(guessed.ok());
  EXPECT_THAT(guessed.error().message(), HasSubstr("set generator.skip_header to false"));
}

TEST_F(CsvReaderTest, NamesTheColumnThatIsMissingOrDouble) {
  const auto missing = reader("State Code,County Code,Site Num,Parameter Code,Date GMT\n");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message(), HasSubstr("\"POC\" (or poc) is missing"));
  const auto twice = reader("POC,poc\n");
  ASSERT_FALSE(twice.ok());
  EXPECT_THAT(twice.error().message(), HasSubstr("\"poc\" is there twice"));
  EXPECT_FALSE(reader("").ok());
}

TEST_F(CsvReaderTest, AHeaderThatCannotBeReadIsNeverReplacedByTheNextRow) {
  const std::pair<std::string, std::string> cases[] = {
      {"d\xe9vice,v\na,1\nb,2\n", "the row is not UTF-8"},
      {"\xff\xfe\x61\n\x62\n", "the row is not UTF-8"},
      {"\"d\";\"v\"\n\"a\";\"1\"\n", "something stands between a closing quote and the separator"},
      {"de\"vice,v\na,1\n", "a quote stands inside a field that is not quoted"}};
  for (const auto& [text, problem] : cases) {
    const auto generic = GenericCsvReader::create(memory_source(text), {}, nullptr);
    ASSERT_FALSE(generic.ok()) << text;
    EXPECT_THAT(generic.error().message(), HasSubstr("its row cannot be read: " + problem));
    const auto epa = reader(text);
    ASSERT_FALSE(epa.ok()) << text;
    EXPECT_THAT(epa.error().message(), HasSubstr("its row cannot be read: " + problem));
  }
}

TEST_F(CsvReaderTest, OtherSeparatorsCanBeSetAndAreGuessedInTheError) {
  std::string text;
  append_epa_header(text);
  append_epa_row(testing::ozone_record(), text);
  for (const auto& [separator, name] :
       {std::pair(';', "\";\""), std::pair('\t', "\"tab\""), std::pair('|', "\"|\"")}) {
    std::string other = text;
    std::replace(other.begin(), other.end(), ',', separator);
    auto csv = reader(other, {.separator = separator});
    ASSERT_TRUE(csv.ok()) << csv.error().message();
    MonitoringRecord record;
    ASSERT_TRUE(*csv->next(record));
    EXPECT_EQ(record, testing::ozone_record());
    std::string bare = other;
    std::erase(bare, '"');
    const auto guessed = reader(bare);
    ASSERT_FALSE(guessed.ok());
    EXPECT_THAT(guessed.error().message(),
                HasSubstr(std::string("set generator.separator to ") + name));
  }
}

TEST_F(CsvReaderTest, BadRowsGoToTheRejectFileAndGoodOnesGoOn) {
  std::string text;
  append_epa_header(text);
  append_epa_row(testing::ozone_record("0.1"), text);
  text += "\"too\",\"short\"\r\n";
  MonitoringRecord nameless = testing::ozone_record("0.2");
  nameless.set_text(Field::kPoc, "");
  append_epa_row(nameless, text);
  append_epa_row(testing::ozone_record("0.3"), text);
  RejectFile rejects(path("rejects.jsonl"));
  auto csv = reader(text, {},
                    [&rejects](const RejectedRow& row) { EXPECT_TRUE(rejects.write(row).ok()); });
  MonitoringRecord record;
  std::vector<std::string> values;
  while (*csv->next(record)) values.emplace_back(record.text(Field::kSampleMeasurement));
  EXPECT_THAT(values, ElementsAre("0.1", "0.3"));
  EXPECT_EQ(csv->rejected(), 2);
  EXPECT_EQ(rejects.count(), 2);
  ASSERT_TRUE(rejects.close().ok());
  const std::string written = slurp(path("rejects.jsonl"));
  EXPECT_THAT(written, HasSubstr("{\"line\":3,\"reason\":\"the row has 2 fields and the file 24 "
                                 "columns\",\"bytes\":\"InRvbyIsInNob3J0Ig==\"}\n"));
  EXPECT_THAT(written, HasSubstr("{\"line\":4,\"reason\":\"POC is empty, so that the device cannot "
                                 "be told\",\"bytes\":\""));
}

TEST_F(CsvReaderTest, NoRejectsNoFile) {
  RejectFile rejects(path("none.jsonl"));
  EXPECT_TRUE(rejects.close().ok());
  EXPECT_FALSE(std::filesystem::exists(path("none.jsonl")));
  RejectFile nowhere(path("no/such/folder.jsonl"));
  EXPECT_FALSE(nowhere.write({1, "r", "b"}).ok());
}

TEST_F(CsvReaderTest, GoodInputRemovesTheRejectsOfAnEarlierRun) {
  RejectFile earlier(path("again.jsonl"));
  EXPECT_TRUE(earlier.write({1, "r", "b"}).ok());
  EXPECT_TRUE(earlier.close().ok());
  EXPECT_TRUE(std::filesystem::exists(path("again.jsonl")));
  RejectFile now(path("again.jsonl"));
  EXPECT_TRUE(now.close().ok());
  EXPECT_FALSE(std::filesystem::exists(path("again.jsonl")));
}

TEST_F(CsvReaderTest, AFileOfAnotherKindIsNeitherWrittenOverNorRemoved) {
  std::ofstream(path("notes.txt")) << "notes";
  RejectFile clean(path("notes.txt"));
  EXPECT_TRUE(clean.close().ok());
  RejectFile bad(path("notes.txt"));
  EXPECT_EQ(bad.write({1, "r", "b"}).error().code(), base::ErrorCode::kInvalidConfig);
  EXPECT_EQ(slurp(path("notes.txt")), "notes");
}

TEST_F(CsvReaderTest, WhatIsNoTextOrHasOtherLineEndsIsNoEmptyFile) {
  EXPECT_THAT(reader("\xfd\x37\x7a\xff\n\xff\xfe").error().message(), HasSubstr("not UTF-8"));
  EXPECT_THAT(reader("State Code,POC\r36,1\r36,2\r").error().message(),
              HasSubstr("rows must end in LF or CRLF"));
  EXPECT_THAT(reader("").error().message(), HasSubstr("the file is empty"));
}

TEST_F(CsvReaderTest, Base64IsStandard) {
  for (const auto& [bytes, text] :
       std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"\xff\xfe\xfd", "//79"}}) {
    std::string out;
    append_base64(bytes, out);
    EXPECT_EQ(out, text);
  }
}

TEST_F(CsvReaderTest, ReadsGzipAndNoticesACutOne) {
  std::string text;
  append_epa_header(text);
  for (int i = 0; i < 5000; ++i) append_epa_row(testing::ozone_record(std::to_string(i)), text);
  const gzFile file = gzopen(path("epa.csv.gz").c_str(), "wb");
  ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  gzclose(file);
  const auto read_all = [](const std::string& name) -> base::Result<int> {
    CORTADO_ASSIGN(auto source, open_file(name));
    CORTADO_ASSIGN(auto csv, MonitoringCsvReader::create(std::move(source), {}, nullptr));
    MonitoringRecord record;
    for (int rows = 0;; ++rows) {
      CORTADO_ASSIGN(const bool more, csv.next(record));
      if (!more) return rows;
    }
  };
  const auto whole = read_all(path("epa.csv.gz"));
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(*whole, 5000);
  const std::string packed = slurp(path("epa.csv.gz"));
  std::ofstream(path("cut.gz"), std::ios::binary) << packed.substr(0, packed.size() / 2);
  const auto cut = read_all(path("cut.gz"));
  ASSERT_FALSE(cut.ok());
  EXPECT_EQ(cut.error().code(), base::ErrorCode::kCorrupt);
}

TEST_F(CsvReaderTest, AMissingFileOrAFolderIsAnError) {
  EXPECT_EQ(open_file(path("nothing")).error().code(), base::ErrorCode::kNotFound);
  EXPECT_EQ(open_file(folder_).error().code(), base::ErrorCode::kIo);
}

TEST_F(CsvReaderTest, AnyCsvBecomesObjectsOfTexts) {
  auto csv = GenericCsvReader::create(
      memory_source("device,t s,\"v\"\"\"\na,1,\"x\ny\"\nb,2\nc,3,\n"), {}, nullptr);
  ASSERT_TRUE(csv.ok());
  EXPECT_THAT(csv->names(), ElementsAre("device", "t s", "v\""));
  std::string out;
  while (*csv->next()) {
    csv->append_json(out);
    out += '\n';
  }
  EXPECT_EQ(out,
            "{\"device\":\"a\",\"t s\":\"1\",\"v\\\"\":\"x\\ny\"}\n"
            "{\"device\":\"c\",\"t s\":\"3\",\"v\\\"\":\"\"}\n");
  EXPECT_EQ(csv->rejected(), 1);
}

TEST_F(CsvReaderTest, AnyCsvWithoutHeaderGetsNames) {
  auto csv = GenericCsvReader::create(memory_source("a,1\nb,2\n"), {.header = false}, nullptr);
  ASSERT_TRUE(csv.ok());
  EXPECT_THAT(csv->names(), ElementsAre("column1", "column2"));
  ASSERT_TRUE(*csv->next());
  EXPECT_THAT(csv->fields(), ElementsAre("a", "1"));
  ASSERT_TRUE(*csv->next());
  EXPECT_THAT(csv->fields(), ElementsAre("b", "2"));
  EXPECT_FALSE(*csv->next());
  EXPECT_FALSE(GenericCsvReader::create(memory_source("a,a\n"), {}, nullptr).ok());
  EXPECT_FALSE(GenericCsvReader::create(memory_source("a,\n"), {}, nullptr).ok());
}

TEST_F(CsvReaderTest, EnrichedRecordsBecomeRows) {
  EnrichedCsvWriter writer;
  std::string out;
  writer.append_header(out);
  std::string json;
  encode_json(testing::enriched_ozone_record(), json);
  ASSERT_TRUE(writer.append(json, out).ok());
  EXPECT_EQ(out, slurp(CORTADO_TEST_DATA "/enriched.csv"));
  EXPECT_FALSE(writer.append("{", out).ok());
}

TEST_F(CsvReaderTest, EnrichedObjectsBecomeRowsOfTheirOwnColumns) {
  EnrichedCsvWriter writer({"device", "v", "tags"});
  std::string out;
  writer.append_header(out);
  ASSERT_TRUE(
      writer
          .append(R"({"v":"1,5","tags":[1,2],"prediction":null,"error":0.5,"anomaly":1,)"
                  R"("predictionNext":2,"device":"d1","sequence":3,"status":"ok",)"
                  R"("modelAge":3,"modelHash":"h","schemaVersion":1,"original":{"device":7}})",
                  out)
          .ok());
  EXPECT_EQ(out,
            "original.device,v,tags,prediction,error,anomaly,predictionNext,device,sequence,score,"
            "status,reason,expectedLow,expectedHigh,modelAge,modelHash,schemaVersion\n"
            "7,\"1,5\",\"[1,2]\",,0.5,1,2,d1,3,,ok,,,,3,h,1\n");
}

}  // namespace
}  // namespace cortado::record
