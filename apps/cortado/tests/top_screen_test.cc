// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "look/top_screen.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::app {
namespace {

using dashboard::JsonValue;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

JsonValue parse(const char* text) { return JsonValue::parse(text).value(); }

TopAnswers answers() {
  TopAnswers all;
  all.info = parse(R"({"version":"1.2","inputTopic":"in","outputTopic":"out","ready":false,
      "reason":"partition 1 has stopped","partitionsOwned":2,"partitionsTotal":3,"warmUp":400,"now":100000})");
  all.engine = parse(R"({"inputRate":12.4,"processingRate":null,"schedulingDelay":1.25,
      "processingTime":2.5,"deadLetters":7,"errors":1})");
  all.partitions = parse(
      R"({"columns":["partition","state","reason","lag","lagSeconds","devices","records","snapshotAge"],
      "rows":[[0,"running","",5,1.5,1,10,61000],[1,"stopped","its state is gone",0,0,1,10,null],[2,"running","",9,0,1,1,null]]})");
  all.devices = parse(
      R"({"totals":{"records":21,"alarms":3,"devices":2,"states":{"alerting":1,"silent":0,"warming":1}},
      "columns":["device","state","modelAge","value","anomaly","score","seen","records","alarms","lastAnomalySequence","reason"],
      "rows":[["a\u001b[2J","warming",12,0.0312345678,0.5,null,97000,12,0,null,""],["b","alerting",500,7,1,0.875,40000,9,3,8,"range"]]})");
  return all;
}

TEST(TopScreen, ShowsEngineLanesAndDevices) {
  const std::string text = draw_top(answers(), 0, 0);
  EXPECT_THAT(text, StartsWith("cortado 1.2  in -> out  NOT READY: partition 1 has stopped\n"
                               "partitions 2 of 3  input 12/s  processing -/s  scheduling delay "
                               "1.2 ms  processing time 2.5 ms\n"
                               "records 21  alarms 3  dead letters 7  errors 1  devices 2  "
                               "alerting 1  warming 1\n\nPARTITION  STATE"));
  EXPECT_LT(text.find("stopped  "), text.find("running"));
  EXPECT_LT(text.find("\n2  "), text.find("\n0  "));  // more lag first
  EXPECT_THAT(text, HasSubstr("warming 12/400"));
  EXPECT_THAT(text, HasSubstr("0.0312346"));
  EXPECT_THAT(text, HasSubstr("0.88"));
  EXPECT_THAT(text, HasSubstr("  60s"));
}

TEST(TopScreen, AViewHasNoEngine) {
  TopAnswers view = answers();
  view.info = parse(R"({"version":"1.2","role":"view","outputTopic":"out","ready":true,
      "partitionsOwned":2,"partitionsTotal":2,"warmUp":0,"now":100000})");
  view.partitions = parse(
      R"({"columns":["partition","state","reason","lag","lagSeconds","devices","records","snapshotAge"],
      "rows":[[0,"running","",0,null,null,10,null]]})");
  const std::string text = draw_top(view, 0, 0);
  EXPECT_THAT(text, StartsWith("cortado 1.2  out  ready\nan enriched topic is shown here: no "
                               "engine, so no rates, no batches\npartitions 2 of 2\nrecords 21"));
  EXPECT_THAT(text, ContainsRegex("\n0 +running +0 +- +- +10 +-"));
}

TEST(TopScreen, SaysWhyThereAreNoLanesOrDevicesYet) {
  TopAnswers early = answers();
  early.partitions = parse(R"({"columns":["partition","state"],"rows":[]})");
  early.devices = parse(R"({"totals":{"records":0,"devices":0},"columns":["device"],"rows":[]})");
  const std::string text = draw_top(early, 0, 0);
  EXPECT_THAT(text, HasSubstr("\n\nno partition is assigned yet: the group hands them out"));
  EXPECT_THAT(text, HasSubstr("\n\nno device yet: they appear with their first record\n"));
  EXPECT_THAT(text, Not(HasSubstr("PARTITION")));
  early.info = parse(R"({"role":"view","outputTopic":"out","ready":true,"now":1})");
  EXPECT_THAT(draw_top(early, 0, 0), HasSubstr("\n\nno partition is read yet"));
}

TEST(TopScreen, ATerminalShowsTheLanesThatMatterAndSaysHowManyMoreThereAre) {
  TopAnswers many = answers();
  std::string rows;
  for (int i = 0; i < 20; ++i)
    rows += (i == 0 ? "[" : ",[") + std::to_string(i) + ",\"running\",\"\"," + std::to_string(i) +
            ",0,1,1,null]";
  many.partitions = parse(
      (R"({"columns":["partition","state","reason","lag","lagSeconds","devices","records","snapshotAge"],"rows":[)" +
       rows + "]}")
          .c_str());
  EXPECT_THAT(draw_top(many, 40, 0), HasSubstr("\n14 "));
  EXPECT_THAT(draw_top(many, 40, 0), HasSubstr("\nand 14 more\n"));
  EXPECT_THAT(draw_top(many, 0, 0), HasSubstr("\n0  "));
  EXPECT_EQ(draw_top(many, 0, 0).find(" more"), std::string::npos);
}

TEST(TopScreen, ANameCannotDriveTheTerminal) {
  EXPECT_EQ(draw_top(answers(), 0, 0).find('\x1b'), std::string::npos);
}

TEST(TopScreen, FitsIntoTheTerminal) {
  for (const std::size_t rows : {1U, 5U, 9U, 12U, 40U}) {
    const std::string text = draw_top(answers(), rows, 30);
    EXPECT_LE(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), rows);
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      EXPECT_LE(text.find('\n', at) - at, 30U);
  }
}

}  // namespace
}  // namespace cortado::app
