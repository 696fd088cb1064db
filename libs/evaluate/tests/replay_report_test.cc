// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/evaluate/replay_report.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/evaluate/fault_labels.h"
#include "html.h"
#include "series_builder.h"

namespace cortado::evaluate {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

/// Two devices of 2,000 readings; alarms of the second at rows 500, 501 and 900.
ReplayReport sample() {
  ReplayReport report;
  report.input = "sample.csv";
  report.preset = "any";
  report.threshold = 0.5;
  report.records = 4000;
  report.rules = {.probation = 0, .grace = 6};
  for (const char* name : {"calm", "wild"}) {
    ReportDevice& device = report.devices.emplace_back();
    device.series = quiet_series(name, 2000);
    device.scores.assign(2000, 0.1);
  }
  ReportDevice& wild = report.devices[1];
  for (const std::size_t row : {500U, 501U, 900U}) {
    wild.scores[row] = 0.6 + static_cast<double>(row) / 10'000;
    wild.alarms.push_back({row, "range", 0.25});
    wild.series.readings[row].value = 7;
  }
  return report;
}

TEST(ReplayReport, ShowsAlarmsByDeviceWorstFirst) {
  const std::string page = to_html(sample());
  EXPECT_THAT(page, HasSubstr("<title>Cortado: sample.csv</title>"));
  EXPECT_THAT(page, HasSubstr("<b>4,000</b><span>records"));
  EXPECT_THAT(page, HasSubstr("<b>3</b><span>alarms"));
  EXPECT_LT(page.find("<td>wild</td>"), page.find("<td>calm</td>"));
  // Seven days: a column a day, and the first two alarms fall on the same.
  EXPECT_THAT(page, HasSubstr("Alarms by device and day"));
  EXPECT_THAT(page, HasSubstr(": 2 alarms</title>"));
  EXPECT_THAT(page, HasSubstr(": 1 alarm</title>"));
  EXPECT_THAT(page, HasSubstr("value 7, score 0.69, range"));
  // Rows 500 and 501 fall on one column of the picture.
  EXPECT_EQ(count(page, "<circle"), 2U);
  EXPECT_THAT(page, HasSubstr("(2 alarms here)"));
  EXPECT_THAT(page, Not(HasSubstr("Against the labels")));
  EXPECT_THAT(page, HasSubstr("alarms a device and day"));
}

TEST(ReplayReport, JudgesByLabels) {
  ReplayReport report = sample();
  report.labelled = true;
  report.devices[1].series.windows = {{.first = 498, .last = 505, .fault = "spike"},
                                      {.first = 1500, .last = 1510, .fault = "drift"}};
  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr("Precision 50.0%, recall 50.0%, F1 0.5; false alarms: 1,"));
  EXPECT_THAT(page, HasSubstr("<td>spike</td><td class=\"n\">1</td><td class=\"n\">1</td>"
                              "<td class=\"n\">100.0%</td><td class=\"n\">2</td>"));
  EXPECT_THAT(page, HasSubstr("<td>drift</td><td class=\"n\">1</td><td class=\"n\">0</td>"));
  EXPECT_THAT(page, HasSubstr("labelled spike from"));
  EXPECT_THAT(page, HasSubstr("as 20 false alarms"));
}

TEST(ReplayReport, EscapesWhateverComesFromData) {
  ReplayReport report = sample();
  const std::string evil = "<script>alert(1)</script>\"'&\xff\x01";
  report.input = report.preset = report.model_hash = evil;
  report.devices[1].series.name = evil;
  report.devices[1].alarms[0].reason = evil;
  report.labelled = true;
  report.devices[1].series.windows = {{.first = 1, .last = 2, .fault = evil}};
  const std::string page = to_html(report);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_EQ(page.find('\xff'), std::string::npos);
  EXPECT_EQ(page.find('\x01'), std::string::npos);
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;??"));
}

TEST(ReplayReport, AsksNobodyForAnything) {
  const std::string page = to_html(sample());
  for (const char* word : {"http:", "https:", "src=", "href=", "url(", "@import", "<script"})
    EXPECT_THAT(page, Not(HasSubstr(word)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(ReplayReport, StandsWithoutTimesValuesOrRecords) {
  ReplayReport report = sample();
  for (auto& device : report.devices) {
    for (auto& reading : device.series.readings) reading = {};
  }
  const std::string page = to_html(report);
  EXPECT_THAT(page, Not(HasSubstr("Alarms by device")));
  EXPECT_THAT(page, HasSubstr("record 901"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
  EXPECT_THAT(page, Not(HasSubstr("inf")));
  EXPECT_THAT(to_html({}), HasSubstr("No record has a score yet"));
  ReplayReport one = sample();
  for (auto& device : one.devices) {
    device.series.readings.resize(1);
    device.scores.resize(1);
    device.alarms.clear();
  }
  EXPECT_THAT(to_html(one), Not(HasSubstr("nan")));
}

TEST(Html, EscapesBrokenUtf8AndKeepsTheRest) {
  EXPECT_EQ(escape("a\xc3\xa9\xf0\x9f\x98\x80z"), "a\xc3\xa9\xf0\x9f\x98\x80z");
  EXPECT_EQ(escape("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(escape("\xed\xa0\x80"), "???");       // a surrogate
  EXPECT_EQ(escape("\xf4\x90\x80\x80"), "????");  // beyond Unicode
  EXPECT_EQ(escape("\xe2\x82"), "??");
  EXPECT_EQ(escape(std::string("a\0b\n\x7f", 5)), "a?b??");
}

TEST(Html, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(-1000), "-1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-123456), "-123,456");
}

TEST(FaultLabels, BecomeWindowsOfTheirDevice) {
  const auto labels = read_fault_labels(
      "{\"device\":\"a\",\"class\":\"spike\",\"start\":\"2014-05-13T16:55:00Z\","
      "\"end\":\"2014-05-13T17:05:00.000Z\"}\n\n"
      "{\"device\":\"none\",\"class\":\"x\",\"start\":\"2014-05-13T16:55:00Z\",\"end\":"
      "\"2014-05-13T17:00:00Z\"}\n");
  ASSERT_TRUE(labels.ok()) << labels.error().message();
  ASSERT_EQ(labels->size(), 2U);
  // Readings at 16:53:20, 16:58:20, 17:03:20, ...
  std::vector<Series> series{quiet_series("a", 10), quiet_series("b", 10)};
  add_fault_labels(*labels, series);
  ASSERT_EQ(series[0].windows.size(), 1U);
  EXPECT_EQ(series[0].windows[0].first, 1U);
  EXPECT_EQ(series[0].windows[0].last, 2U);
  EXPECT_EQ(series[0].windows[0].fault, "spike");
  EXPECT_TRUE(series[1].windows.empty());
}

TEST(FaultLabels, OneWithoutReadingsIsPutOnTheNextReading) {
  std::vector<Series> series{quiet_series("a", 10)};
  const base::EpochMillis start = *series[0].readings[3].time;
  series[0].readings.erase(series[0].readings.begin() + 3, series[0].readings.begin() + 6);
  add_fault_labels({{"a", "missing", start, start + 900'000}, {"a", "late", start * 2, start * 3}},
                   series);
  ASSERT_EQ(series[0].windows.size(), 1U);
  EXPECT_EQ(series[0].windows[0].first, 3U);
  EXPECT_EQ(series[0].windows[0].last, 3U);
}

TEST(FaultLabels, BadLinesAreNamed) {
  const std::string good =
      R"({"device":"a","class":"x","start":"2014-05-13T17:00:00Z","end":"2014-05-13T18:00:00Z"})";
  for (
      const std::string bad :
      {"{", "{}", "3", R"({"device":"a","class":"x","start":"soon","end":"later"})",
       R"({"device":"a","class":"x","start":"2014-05-13T18:00:00Z","end":"2014-05-13T17:00:00Z"})"}) {
    const auto labels = read_fault_labels(good + "\n" + bad + "\n");
    ASSERT_FALSE(labels.ok()) << bad;
    EXPECT_THAT(labels.error().message(), HasSubstr("line 2"));
  }
  EXPECT_TRUE(read_fault_labels("")->empty());
}

}  // namespace
}  // namespace cortado::evaluate
