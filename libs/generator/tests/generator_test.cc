// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/generator/generator.h"

#include <filesystem>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/base/file_system.h"
#include "cortado/generator/csv_replay.h"
#include "list_sink.h"
#include "manual_clock.h"

namespace cortado::generator {
namespace {

using base::testing::ManualClock;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ListRejects;
using testing::ListSink;
using ::testing::Pair;

constexpr std::string_view kHeader =
    "\"State Code\",\"County Code\",\"Site Num\",\"Parameter Code\",\"POC\",\"Date GMT\",\"Time "
    "GMT\",\"Sample Measurement\"\n";

std::string row(const std::string& site, const std::string& hour, const std::string& value) {
  return "06,037," + site + ",44201,1,2005-06-13," + hour + "," + value + "\n";
}

class GenerateTest : public ::testing::Test {
 protected:
  GenerateTest() {
    std::string name = std::filesystem::temp_directory_path() / "cortado-generate-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~GenerateTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<ReadingSource> open(const std::string& text, RejectSink* rejects = nullptr) {
    const std::string path = folder_ + "/in.csv";
    EXPECT_TRUE(base::posix_file_system().write_file_atomically(path, text).ok());
    auto source = open_csv(path, config_, rejects);
    EXPECT_TRUE(source.ok()) << source.error().message();
    return std::move(source).value();
  }
  base::Result<GeneratorTotals> run(ReadingSource& source) {
    return generate(config_, source, sink_, clock_, stop_.get_token(),
                    [this](const Progress& progress) {
                      reports_.push_back(progress);
                      if (on_report_) on_report_();
                    });
  }

  std::string folder_;
  GeneratorConfig config_;
  ManualClock clock_;
  ListSink sink_;
  std::stop_source stop_;
  std::vector<Progress> reports_;
  std::function<void()> on_report_;
};

TEST_F(GenerateTest, SendsEveryRowInOrderUnderItsDevice) {
  auto source = open(std::string(kHeader) + row("1103", "09:00", "0.041") +
                     row("0002", "09:00", "0.012") + row("1103", "10:00", "0.043"));
  const auto totals = run(*source);
  ASSERT_TRUE(totals.ok()) << totals.error().message();
  EXPECT_THAT(sink_.sent, ElementsAre(Pair("06-037-1103-44201-1", "0.041"),
                                      Pair("06-037-0002-44201-1", "0.012"),
                                      Pair("06-037-1103-44201-1", "0.043")));
  EXPECT_EQ(totals->records, 3);
  EXPECT_EQ(totals->rejected, 0);
  EXPECT_EQ(totals->loops, 1);
  EXPECT_EQ(sink_.flushes, 1);
}

TEST_F(GenerateTest, KeepsRejectedRowsWithLineReasonAndBytes) {
  ListRejects rejects;
  auto source = open(std::string(kHeader) + row("1103", "09:00", "0.041") + "too,short\n" +
                         row("", "09:00", "0.012") + row("1103", "10:00", "0.043"),
                     &rejects);
  const auto totals = run(*source);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->records, 2);
  EXPECT_EQ(totals->rejected, 2);
  ASSERT_EQ(rejects.rejects.size(), 2U);
  EXPECT_EQ(rejects.rejects[0].line, 3);
  EXPECT_EQ(rejects.rejects[0].bytes, "too,short");
  EXPECT_NE(rejects.rejects[0].reason, "");
  EXPECT_EQ(rejects.rejects[1].line, 4);
  EXPECT_THAT(rejects.rejects[1].reason, HasSubstr("Site Num is empty"));
}

TEST_F(GenerateTest, EventTimePacesTheRun) {
  config_.speed = 3600;
  auto source = open(std::string(kHeader) + row("1", "09:00", "1") + row("1", "12:00", "2"));
  const auto totals = run(*source);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->seconds, 3);
  EXPECT_EQ(clock_.slept(), milliseconds(3000));
}

TEST_F(GenerateTest, WithoutAHeaderTheFirstRowIsData) {
  config_.csv.header = false;
  auto source = open(
      "06,037,1103,44201,1,34.0,-118.2,WGS84,Ozone,2005-06-13,01:00,2005-06-13,09:00,0.041,Parts "
      "per million,0.005,,,FEM,047,U,California,Los Angeles,2006-01-01\n");
  ASSERT_TRUE(run(*source).ok());
  EXPECT_THAT(sink_.sent, ElementsAre(Pair("06-037-1103-44201-1", "0.041")));
}

TEST_F(GenerateTest, LoopsUntilStoppedAndKeepsARejectOnce) {
  config_.loop = true;
  config_.rate = 10;
  ListRejects rejects;
  auto source = open(
      std::string(kHeader) + row("1", "09:00", "1") + "bad\n" + row("1", "10:00", "2"), &rejects);
  on_report_ = [this] {
    if (sink_.sent.size() >= 5) stop_.request_stop();
  };
  const auto totals = run(*source);
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->records, 5);
  EXPECT_EQ(totals->loops, 2);
  EXPECT_EQ(totals->rejected, 3);
  EXPECT_EQ(rejects.rejects.size(), 1U);
  EXPECT_EQ(sink_.sent[4].second, "1");
  EXPECT_EQ(sink_.flushes, 1);
  EXPECT_EQ(reports_.back().left, std::nullopt);
}

TEST_F(GenerateTest, ALoopOverNothingIsRefused) {
  config_.loop = true;
  auto source = open(std::string(kHeader) + "bad\n");
  const auto totals = run(*source);
  ASSERT_FALSE(totals.ok());
  EXPECT_THAT(totals.error().message(), HasSubstr("no record to loop over"));
}

TEST_F(GenerateTest, ReportsProgressAndAtLastTheEnd) {
  config_.rate = 10;
  std::string text(kHeader);
  for (int i = 0; i < 20; ++i) text += row("1", "09:00", std::to_string(i));
  auto source = open(text);
  ASSERT_TRUE(run(*source).ok());
  ASSERT_GE(reports_.size(), 15U);
  EXPECT_FALSE(reports_.front().finished);
  EXPECT_TRUE(reports_.back().finished);
  EXPECT_EQ(reports_.back().records, 20);
  EXPECT_EQ(reports_.back().done, static_cast<std::int64_t>(text.size()));
  EXPECT_EQ(reports_.back().total, static_cast<std::int64_t>(text.size()));
  EXPECT_NEAR(reports_.back().records_per_s, 10, 0.6);
}

TEST_F(GenerateTest, AFailingSinkEndsTheRun) {
  sink_.fail_at = 1;
  auto source = open(std::string(kHeader) + row("1", "09:00", "1") + row("1", "10:00", "2"));
  const auto totals = run(*source);
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().code(), base::ErrorCode::kUnavailable);
  EXPECT_EQ(sink_.sent.size(), 1U);
  ASSERT_FALSE(reports_.empty());
  EXPECT_EQ(reports_.back().records, 1);  // what was sent is told, although the run failed
}

TEST_F(GenerateTest, ARecordThatTheSinkCannotTakeIsABadRow) {
  const std::string large(200, '7');
  ListRejects rejects;
  auto source = open(std::string(kHeader) + row("1", "09:00", "1") + row("1", "10:00", large) +
                         row("1", "11:00", "3"),
                     &rejects);
  const auto totals = run(*source);
  ASSERT_TRUE(totals.ok()) << totals.error().message();
  EXPECT_EQ(totals->records, 2);
  EXPECT_EQ(totals->rejected, 1);
  EXPECT_THAT(sink_.sent,
              ElementsAre(Pair("06-037-1-44201-1", "1"), Pair("06-037-1-44201-1", "3")));
  ASSERT_EQ(rejects.rejects.size(), 1U);
  EXPECT_EQ(rejects.rejects[0].line, 3);
  EXPECT_EQ(rejects.rejects[0].reason, "too large");
  EXPECT_THAT(rejects.rejects[0].bytes, HasSubstr(large));
}

TEST_F(GenerateTest, AMissingFileAndAWrongHeaderNameThePath) {
  const auto missing = open_csv(folder_ + "/none.csv", config_, nullptr);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), base::ErrorCode::kNotFound);
  const std::string path = folder_ + "/wrong.csv";
  ASSERT_TRUE(base::posix_file_system().write_file_atomically(path, "a,b,c\n1,2,3\n").ok());
  const auto wrong = open_csv(path, config_, nullptr);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message(), HasSubstr(path));
}

TEST(RejectJson, IsOneObject) {
  EXPECT_EQ(to_json(Reject{.line = 12, .reason = "a \"quote\"\n", .bytes = "a,b"}),
            "{\"line\":12,\"reason\":\"a \\\"quote\\\"\\u000a\",\"bytes\":\"YSxi\"}");
}

}  // namespace
}  // namespace cortado::generator
