// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::base {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

std::string logged(const LogConfig& config, const std::function<void()>& act) {
  EXPECT_TRUE(configure_log(config).ok());
  ::testing::internal::CaptureStderr();
  act();
  std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_TRUE(configure_log({.level = LogLevel::kWarning}).ok());
  return text;
}

TEST(Log, TextLineHasTimeLevelComponentMessageAndFields) {
  const std::string text = logged({}, [] {
    log_info("kafka", "joined", {{"group", "g"}, {"partitions", "10"}});
  });
  EXPECT_THAT(text, MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z info    kafka: "
                                 "joined group=g partitions=10\n"));
}

TEST(Log, JsonLineEscapesEverything) {
  const std::string text = logged({.format = LogFormat::kJson}, [] {
    log_error("a\"b",
              std::string("quote \" slash \\ newline \n tab \t cr \r nul ") + '\0' + " del \x7f",
              {{"k\n", "v\"}"}});
  });
  EXPECT_THAT(text,
              HasSubstr("\"level\":\"error\",\"component\":\"a\\\"b\",\"message\":\"quote \\\" "
                        "slash \\\\ newline \\n tab \\t cr \\r nul \\u0000 del \\u007f\","
                        "\"k\\n\":\"v\\\"}\"}\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Log, BytesThatAreNoUtf8AreReplaced) {
  const std::string text = logged({.format = LogFormat::kJson}, [] {
    log_error("c",
              "ok gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80 bad \xff \xc3( \xe2\x82 \xed\xa0\x80 "
              "\xc0\xaf");
  });
  EXPECT_THAT(text, HasSubstr("ok gr\xc3\xbcn \xe2\x82\xac \xf0\x9f\x98\x80 bad \\ufffd \\ufffd( "
                              "\\ufffd\\ufffd \\ufffd\\ufffd\\ufffd \\ufffd\\ufffd\""));
}

TEST(Log, LinesBelowTheLevelAreNotWritten) {
  const std::string text = logged({.level = LogLevel::kError}, [] {
    log_info("a", "no");
    log_warning("a", "no");
    log_error("a", "yes");
  });
  EXPECT_THAT(text, HasSubstr("yes"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("no")));
}

TEST(Log, AComponentsLevelWins) {
  const LogConfig config{.level = LogLevel::kWarning,
                         .components = {{"kafka", "debug"}, {"stream", "off"}}};
  const std::string text = logged(config, [] {
    EXPECT_TRUE(log_enabled(LogLevel::kDebug, "kafka"));
    EXPECT_FALSE(log_enabled(LogLevel::kError, "stream"));
    EXPECT_FALSE(log_enabled(LogLevel::kInfo, "other"));
    log(LogLevel::kDebug, "kafka", "one");
    log_error("stream", "two");
    log_error("other", "three");
  });
  EXPECT_THAT(text, HasSubstr("one"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("two")));
  EXPECT_THAT(text, HasSubstr("three"));
}

TEST(Log, AnUnknownLevelOfAComponentIsRefused) {
  const Status status = configure_log({.components = {{"kafka", "loud"}}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidConfig);
  EXPECT_THAT(status.error().message(), HasSubstr("log.components.kafka must be debug"));
}

TEST(Log, OptionsReadBack) {
  LogConfig config;
  for (const auto& option : describe(config)) {
    EXPECT_TRUE(option.path.starts_with("log."));
    EXPECT_TRUE(option.set(option.get()).ok()) << option.path;
  }
}

TEST(Log, ALevelFileWinsOverTheConfiguration) {
  LogConfig config{.level = LogLevel::kInfo, .components = {{"stream", "error"}}};
  const auto changed =
      with_levels(config, "# why not\nlevel: off\r\n\n  kafka :debug  # noisy\nstream: warning");
  ASSERT_TRUE(changed.ok()) << changed.error().message();
  EXPECT_EQ(changed->level, LogLevel::kOff);
  EXPECT_EQ(changed->components.at("kafka"), "debug");
  EXPECT_EQ(changed->components.at("stream"), "warning");
  EXPECT_TRUE(with_levels(config, "").ok());
}

TEST(Log, AMistakeInALevelFileIsNamedByItsLine) {
  for (const char* text :
       {"level: info\nkafka: loud", "level: info\nkafka", "level: info\n: info"}) {
    const auto changed = with_levels({}, text);
    ASSERT_FALSE(changed.ok()) << text;
    EXPECT_EQ(changed.error().code(), ErrorCode::kInvalidConfig);
    EXPECT_THAT(changed.error().message(), HasSubstr("line 2"));
  }
}

TEST(Log, AListenerHearsWrittenWarningsAndErrors) {
  std::vector<std::string> heard;
  set_log_listener([&](LogLevel level, std::string_view component, std::string_view text) {
    heard.push_back(std::to_string(static_cast<int>(level)) + " " + std::string(component) + ": " +
                    std::string(text));
  });
  logged({.level = LogLevel::kInfo, .components = {{"quiet", "off"}}}, [] {
    log_info("a", "no");
    log_warning("a", "w", {{"lane", "t[3]"}});
    log_error("quiet", "no");
    log_error("b", "e");
  });
  set_log_listener({});
  logged({}, [] { log_error("b", "later"); });
  EXPECT_THAT(heard, ::testing::ElementsAre("2 a: w lane=t[3]", "3 b: e"));
}

}  // namespace
}  // namespace cortado::base
