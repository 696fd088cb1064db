// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load_fixture.h"

namespace cortado::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(LoadTest, UnknownKeysNameThePlaceAndTheNearestKey) {
  EXPECT_EQ(error_of("stream:\n  thread: 4\n"),
            "cortado.yaml:2: unknown key stream.thread; did you mean stream.threads?");
  EXPECT_EQ(error_of("streem: {threads: 4}\n"),
            "cortado.yaml:1: unknown key streem; did you mean stream?");
  EXPECT_EQ(error_of("kafka: {threads: 4}\n"),
            "cortado.yaml:1: unknown key kafka.threads; did you mean stream.threads?");
  EXPECT_EQ(error_of("x: {qqq: 4}\n"), "cortado.yaml:1: unknown key x");
  EXPECT_EQ(error_of_flag("streem.threads", "1"),
            "flag --set streem.threads: unknown key streem.threads; did you mean stream.threads?");
}

TEST_F(LoadTest, UnknownVariablesAreWarnedOfWithTheNearest) {
  sources_.environment = {{"CORTADO_STREAM_THREDS", "1"},
                          {"CORTADO_KAFKA_PROPERTIES_ACKS", "all"},
                          {"CORTADO_LAUNCHER", "plain"},
                          {"HOME", "/root"}};
  sources_.other_variables = {"CORTADO_LAUNCHER"};
  const auto loaded = load(sources_, options_);
  ASSERT_TRUE(loaded.ok());
  EXPECT_THAT(loaded->warnings(),
              ElementsAre("environment CORTADO_KAFKA_PROPERTIES_ACKS: no such key; members of "
                          "kafka.properties are set by CORTADO_KAFKA_PROPERTIES='{name: value}'",
                          "environment CORTADO_STREAM_THREDS: no key has this name; did you mean "
                          "CORTADO_STREAM_THREADS?"));
}

TEST_F(LoadTest, AVariableThatAValueAsksForIsNoKey) {
  sources_.environment = {{"CORTADO_PASSWORD", "hunter2"}, {"CORTADO_HOME", "/opt/cortado"}};
  const auto loaded = load_yaml("kafka: {properties: {sasl.password: '${CORTADO_PASSWORD}'}}");
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(config_.properties.at("sasl.password"), "hunter2");
  EXPECT_THAT(loaded->warnings(), ElementsAre("environment CORTADO_HOME: no key has this name"));
}

TEST_F(LoadTest, EqualKeysNameBothLines) {
  EXPECT_EQ(error_of("stream:\n  threads: 1\n  guarantee: auto\n  threads: 2\n"),
            "cortado.yaml:4: stream.threads is set twice, first at cortado.yaml:2");
  EXPECT_EQ(error_of("stream: {threads: 1}\nkafka: {}\nstream: {threads: 2}\n"),
            "cortado.yaml:3: stream is set twice, first at cortado.yaml:1");
  EXPECT_EQ(error_of("stream.threads: 1\nstream: {threads: 2}\n"),
            "cortado.yaml:2: stream.threads is set twice, first at cortado.yaml:1");
  EXPECT_EQ(error_of("kafka:\n  properties:\n    a: 1\n    a: 1\n"),
            "cortado.yaml:4: kafka.properties.a is set twice, first at cortado.yaml:3");
}

TEST_F(LoadTest, WrongValuesNameWhatWasExpected) {
  EXPECT_EQ(error_of("stream:\n  threads: many\n"),
            "cortado.yaml:2: stream.threads must be an integer from 0 to 256, not \"many\"");
  EXPECT_EQ(error_of("stream: {threads: 257}"),
            "cortado.yaml:1: stream.threads must be an integer from 0 to 256, not \"257\"");
  EXPECT_EQ(error_of("stream: {batch_interval: 500}"),
            "cortado.yaml:1: stream.batch_interval must be a duration from 10ms to 10s, such as "
            "500ms, 5s, 10m, 1h or 2d, not \"500\"");
  EXPECT_THAT(error_of("stream: {guarantee: never}"), HasSubstr("one of auto | at_least_once"));
  EXPECT_THAT(error_of("log: {json: yes}"), HasSubstr("true or false, not \"yes\""));
  EXPECT_THAT(error_of("stream: {threads: }"), HasSubstr("not \"\""));
}

TEST_F(LoadTest, BlocksAndLeavesAreToldApart) {
  EXPECT_EQ(error_of("stream: 5\n"),
            "cortado.yaml:1: stream is a block of keys, not a single value or list; set one of its "
            "keys, such as stream.batch_interval");
  EXPECT_THAT(error_of("stream: {threads: {a: 1}}\n"),
              HasSubstr("it is a key with a single value, not a block of keys"));
  EXPECT_THAT(error_of("stream: {threads: [1]}\n"),
              HasSubstr("it takes a single value, not a list"));
  EXPECT_THAT(error_of("kafka: {properties: acks}\n"),
              HasSubstr("write kafka.properties: {name: value}"));
  EXPECT_THAT(error_of("http: {origins: a}\n"), HasSubstr("write http.origins: [value, value]"));
  EXPECT_THAT(error_of("[a, b]"), HasSubstr("cortado.yaml:1: the file must be a mapping of keys"));
  EXPECT_THAT(error_of_flag("stream", "5"),
              HasSubstr("flag --set stream: stream is a block of keys; set one of them, such as"));
}

TEST_F(LoadTest, SyntaxErrorsNameTheLine) {
  EXPECT_THAT(error_of("stream:\n  threads: [1\nkafka: {}\n"),
              HasSubstr("cortado.yaml:3: not valid YAML"));
  EXPECT_THAT(error_of("stream:\n\tthreads: 1\n"), HasSubstr("no tabs"));
  EXPECT_THAT(error_of("log: {}\nkafka: {bootstrap_servers: ${X}}\n"),
              HasSubstr("inside { } a value with ${...} must stand in quotes"));
  EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"), HasSubstr("cortado.yaml:2: a second document begins"));
  EXPECT_THAT(error_of("a: &x 1\nb: *x\n"), HasSubstr("cortado.yaml:1: anchors and aliases"));
  EXPECT_THAT(error_of("? [a]\n: 1\n"), HasSubstr("a key must be a plain text"));
  EXPECT_THAT(error_of("? ~\n: 1\n"), HasSubstr("a key must be a plain text"));
  EXPECT_THAT(error_of(std::string(40, '[')), HasSubstr("cortado.yaml:1: "));
  EXPECT_THAT(error_of(std::string((1 << 20) + 1, ' ')), HasSubstr("longer than 1 MiB"));
}

TEST_F(LoadTest, AQuoteThatIsNotClosedSwallowsNothing) {
  EXPECT_THAT(error_of("log:\n  level: info\nstream:\n  threads: \"3\nhttp: {}\n"),
              HasSubstr("cortado.yaml:4: the quote \" is not closed"));
  EXPECT_THAT(error_of("stream:\n  threads: '3\nhttp: {}\n# \"\n"),
              HasSubstr("cortado.yaml:2: the quote ' is not closed"));
  EXPECT_EQ(error_of("stream:\n  threads: \"3\"  # it's fine\n"), "no error");
  EXPECT_EQ(error_of("{\"stream\": {\"threads\": \"3\"}}"), "no error");
}

TEST_F(LoadTest, AllMistakesAreReportedAtOnce) {
  sources_.environment = {{"CORTADO_LOG_JSON", "maybe"}};
  sources_.flags = {{.path = "stream.batch_interval", .value = "1h"}};
  EXPECT_EQ(error_of("stream:\n  threads: x\n  bogus: 1\n  guarantee: x\n"),
            "cortado.yaml:2: stream.threads must be an integer from 0 to 256, not \"x\"\n"
            "cortado.yaml:3: unknown key stream.bogus\n"
            "cortado.yaml:4: stream.guarantee must be one of auto | at_least_once, not \"x\"\n"
            "environment CORTADO_LOG_JSON: log.json must be true or false, not \"maybe\"\n"
            "flag --set stream.batch_interval: stream.batch_interval must be a duration from 10ms "
            "to 10s, such as 500ms, 5s, 10m, 1h or 2d, not \"1h\"");
}

TEST_F(LoadTest, ReferencesThatLeadNowhereAreMistakes) {
  EXPECT_EQ(error_of("kafka:\n  group_id: ${NO_SUCH}\n"),
            "cortado.yaml:2: kafka.group_id: the environment variable NO_SUCH is not set; set it "
            "or write ${NO_SUCH:-default}");
  EXPECT_THAT(error_of("kafka: {group_id: '${file:/none}'}"),
              HasSubstr("kafka.group_id: ${file:/none}: cannot open /none"));
  EXPECT_THAT(error_of("kafka: {group_id: '${open'}"), HasSubstr("\"${\" has no \"}\""));
  EXPECT_THAT(error_of("kafka: {group_id: '${a-b}'}"), HasSubstr("is not ${NAME}"));
  sources_.files = nullptr;
  EXPECT_THAT(error_of("kafka: {group_id: '${file:/x}'}"), HasSubstr("cannot be read here"));
}

TEST_F(LoadTest, SecretsAreNotQuotedInMistakes) {
  files_.files()["/run/secret"] = "hunter2secret";
  files_.files()["/run/pin"] = "987";
  const std::string from_file = error_of("stream: {threads: '${file:/run/secret}'}");
  EXPECT_THAT(from_file, HasSubstr("<redacted>"));
  EXPECT_THAT(from_file, Not(HasSubstr("hunter2")));
  EXPECT_THAT(error_of("stream: {threads: '${file:/run/pin}'}"), Not(HasSubstr("987")));
  sources_.environment = {{"DB_PASSWORD", "correcthorse"}};
  EXPECT_THAT(error_of("stream: {guarantee: 'x${DB_PASSWORD}'}"), Not(HasSubstr("correcthorse")));
  EXPECT_THAT(error_of("http: {token: [tok-abc]}"), Not(HasSubstr("tok-abc")));
}

TEST_F(LoadTest, NothingThatStandsWhereSecretsMayStandIsQuoted) {
  for (auto& option : options_) {
    if (option.path == "kafka.properties") option = testing::describe_guarded(config_);
  }
  for (const char* text :
       {"kafka: {properties: 'sasl.password=hunter2'}", "kafka:\n  properties:\n    x=hunter2\n",
        "kafka: {properties: {x=hunter2}}", "kafka: {properties: {x=hunter2: 1}}",
        "kafka: {properties: {'x:hunter2': 1}}", "kafka: {properties: {x: [hunter2]}}",
        "kafka: {properties: [hunter2]}", "kafka: {properties: {x=hunter2: 1, x=hunter2: 2}}",
        "kafka: {properties: {x: 'a${hunter2}'}}", "kafka: {properties: {x: '${hunter2-}'}}",
        "kafka: {x=hunter2: 1}", "kafka: {'x:hunter2': 1}", "x=hunter2: 1", "kafka: x=hunter2",
        "kafka: {properties: '${hunter2'}"}) {
    EXPECT_THAT(error_of(text), AllOf(Not(HasSubstr("hunter2")), Not("no error"))) << text;
  }
  for (const auto& [path, value] :
       {std::pair("kafka.properties", "x=hunter2"), std::pair("kafka.properties", "{x=hunter2}"),
        std::pair("kafka.properties.x:hunter2", "1"), std::pair("kafka.properties.x=hunter2", ""),
        std::pair("kafka.propertys.x=hunter2", "1"),
        std::pair("kafka.properties", "{x: hunter2")}) {
    EXPECT_THAT(error_of_flag(path, value), AllOf(Not(HasSubstr("hunter2")), Not("no error")))
        << path << " " << value;
  }
  sources_.flags.clear();
  sources_.environment = {{"CORTADO_KAFKA_PROPERTIES", "x=hunter2"}};
  EXPECT_THAT(error_of(""), AllOf(Not(HasSubstr("hunter2")), Not("no error")));
}

TEST_F(LoadTest, TheMarkOfARedactedSecretIsRefused) {
  EXPECT_THAT(error_of("http: {token: <redacted>}"),
              HasSubstr("stands for a secret that was not printed"));
}

}  // namespace
}  // namespace cortado::config
