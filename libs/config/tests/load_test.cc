// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cortado/config/config.h"
#include "memory_file_system.h"
#include "sample_config.h"

namespace cortado::config {
namespace {

using ::testing::ElementsAre;
using testing::Guarantee;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;
using testing::SampleConfig;

class LoadTest : public ::testing::Test {
 protected:
  base::Result<LoadedConfig> load_yaml(const std::string& text) {
    sources_.yaml = YamlSource{.text = text};
    return load(sources_, options_);
  }
  std::string error_of(const std::string& text) {
    const auto loaded = load_yaml(text);
    return loaded.ok() ? "no error" : loaded.error().message();
  }
  std::string error_of_flag(const std::string& path, const std::string& value) {
    sources_.yaml.reset();
    sources_.flags = {{.path = path, .value = value}};
    const auto loaded = load(sources_, options_);
    return loaded.ok() ? "no error" : loaded.error().message();
  }

  SampleConfig config_;
  base::Options options_ = describe(config_);
  base::testing::MemoryFileSystem files_;
  ConfigSources sources_{.yaml = std::nullopt,
                         .environment = {},
                         .flags = {},
                         .other_variables = {},
                         .files = &files_};
};

TEST_F(LoadTest, NothingLeavesDefaults) {
  const auto loaded = load(sources_, options_);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(config_.threads, 0);
  EXPECT_EQ(loaded->origin("stream.threads"), "default");
}

TEST_F(LoadTest, EmptyTextsAreNoMistake) {
  for (const char* text : {"", "\n", "# a comment\n", "---\n", "~", "kafka:\nstream: {}\n"})
    EXPECT_TRUE(load_yaml(text).ok()) << text;
}

TEST_F(LoadTest, FileSetsEveryKindOfOption) {
  const auto loaded = load_yaml(R"(
kafka:
  group_id: g
  properties: {security.protocol: SASL_SSL, acks: all}
stream:
  batch_interval: 2s
  threads: 4
  guarantee: auto
  max_batch_bytes: 1MiB
detector: { alarm: { threshold: 0.25 } }
http:
  origins:
    - http://a
    - http://b
log:
  json: true
)");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(config_.group_id, "g");
  EXPECT_THAT(config_.properties,
              ElementsAre(Pair("acks", "all"), Pair("security.protocol", "SASL_SSL")));
  EXPECT_EQ(config_.batch_interval.count(), 2000);
  EXPECT_EQ(config_.threads, 4);
  EXPECT_EQ(config_.guarantee, Guarantee::kAuto);
  EXPECT_EQ(config_.max_batch_bytes, 1 << 20);
  EXPECT_EQ(config_.threshold, 0.25);
  EXPECT_THAT(config_.origins, ElementsAre("http://a", "http://b"));
  EXPECT_TRUE(config_.json);
  EXPECT_EQ(loaded->origin("stream.threads"), "cortado.yaml:7");
  EXPECT_EQ(loaded->origin("kafka.properties.acks"), "cortado.yaml:4");
  EXPECT_EQ(loaded->origin("http.origins[1]"), "cortado.yaml:14");
  EXPECT_EQ(loaded->origin("http.token"), "default");
}

TEST_F(LoadTest, DottedKeysMeanTheSame) {
  ASSERT_TRUE(load_yaml("stream.threads: 3\ndetector: {alarm.threshold: 1}\n").ok());
  EXPECT_EQ(config_.threads, 3);
  EXPECT_EQ(config_.threshold, 1.0);
}

TEST_F(LoadTest, FlagsWinOverEnvironmentOverFile) {
  sources_.environment = {{"CORTADO_STREAM_THREADS", "5"}, {"CORTADO_KAFKA_GROUP_ID", "env"}};
  sources_.flags = {{.path = "stream.threads", .value = "6"},
                    {.path = "stream.threads", .value = "7", .origin = "flag --threads"}};
  const auto loaded = load_yaml("stream: {threads: 4}\nkafka: {group_id: file}\nlog: {json: true}");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_EQ(config_.threads, 7);
  EXPECT_EQ(config_.group_id, "env");
  EXPECT_TRUE(config_.json);
  EXPECT_EQ(loaded->origin("stream.threads"), "flag --threads");
  EXPECT_EQ(loaded->origin("kafka.group_id"), "environment CORTADO_KAFKA_GROUP_ID");
  EXPECT_EQ(loaded->origin("log.json"), "cortado.yaml:3");
}

TEST_F(LoadTest, EnvironmentTakesListsAndMappingsAsYaml) {
  sources_.environment = {{"CORTADO_HTTP_ORIGINS", "[a, 'b c']"},
                          {"CORTADO_KAFKA_PROPERTIES", "{acks: all}"}};
  const auto loaded = load_yaml("kafka: {properties: {linger.ms: 5}}");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_THAT(config_.origins, ElementsAre("a", "b c"));
  EXPECT_THAT(config_.properties, ElementsAre(Pair("acks", "all")));
}

TEST_F(LoadTest, SingleValuesOfFlagsAreTakenAsTheyAre) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a #b", "a #b"},      {"{x: y}", "{x: y}"}, {"a: b", "a: b"}, {"'q'", "q"},
      {"\"a\\tb\"", "a\tb"}, {"\"open", "\"open"}, {"~", "~"},       {"", ""}};
  for (const auto& [written, meant] : cases) {
    sources_.flags = {{.path = "kafka.group_id", .value = written}};
    ASSERT_TRUE(load(sources_, options_).ok()) << written;
    EXPECT_EQ(config_.group_id, meant);
  }
}

TEST_F(LoadTest, FlagsMergeIntoAMapping) {
  sources_.flags = {{.path = "kafka.properties.security.protocol", .value = "SSL"},
                    {.path = "kafka.properties.acks", .value = "1"}};
  const auto loaded = load_yaml("kafka:\n  properties: {acks: all, linger.ms: 5}\n");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  EXPECT_THAT(config_.properties, ElementsAre(Pair("acks", "1"), Pair("linger.ms", "5"),
                                              Pair("security.protocol", "SSL")));
  EXPECT_EQ(loaded->origin("kafka.properties.acks"), "flag --set kafka.properties.acks");
  EXPECT_EQ(loaded->origin("kafka.properties.linger.ms"), "cortado.yaml:2");
}

TEST_F(LoadTest, NullIsAnEmptyMappingOrList) {
  config_.properties = {{"a", "b"}};
  config_.origins = {"x"};
  ASSERT_TRUE(load_yaml("kafka: {properties: }\nhttp: {origins: ~}\n").ok());
  EXPECT_TRUE(config_.properties.empty());
  EXPECT_TRUE(config_.origins.empty());
}

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

TEST_F(LoadTest, UnknownVariablesNameTheNearest) {
  sources_.environment = {{"CORTADO_STREAM_THREDS", "1"},
                          {"CORTADO_KAFKA_PROPERTIES_ACKS", "all"},
                          {"CORTADO_KERNELS", "plain"},
                          {"HOME", "/root"}};
  sources_.other_variables = {"CORTADO_KERNELS"};
  const auto loaded = load(sources_, options_);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message(),
            "environment CORTADO_KAFKA_PROPERTIES_ACKS: no such key; members of kafka.properties "
            "are set by CORTADO_KAFKA_PROPERTIES='{name: value}'\n"
            "environment CORTADO_STREAM_THREDS: no key has this name; did you mean "
            "CORTADO_STREAM_THREADS?");
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
  EXPECT_THAT(error_of("a: 1\n---\nb: 2\n"), HasSubstr("cortado.yaml:2: a second document begins"));
  EXPECT_THAT(error_of("a: &x 1\nb: *x\n"), HasSubstr("cortado.yaml:1: anchors and aliases"));
  EXPECT_THAT(error_of("? [a]\n: 1\n"), HasSubstr("a key must be a plain text"));
  EXPECT_THAT(error_of("? ~\n: 1\n"), HasSubstr("a key must be a plain text"));
  EXPECT_THAT(error_of(std::string(40, '[')), HasSubstr("cortado.yaml:1: "));
  EXPECT_THAT(error_of(std::string((1 << 20) + 1, ' ')), HasSubstr("longer than 1 MiB"));
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

TEST_F(LoadTest, ReferencesAreReplacedInValues) {
  files_.files()["/run/secret"] = "s3cret\n";
  sources_.environment = {{"NAME", "n"}, {"EMPTY", ""}};
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"${NAME}", "n"},
      {"a-${NAME}-b-${NAME}", "a-n-b-n"},
      {"${MISSING:-d}", "d"},
      {"${EMPTY:-d}", "d"},
      {"${EMPTY}", ""},
      {"${NAME:-d}", "n"},
      {"$${NAME}", "${NAME}"},
      {"$$${NAME}", "$${NAME}"},
      {"$NAME $", "$NAME $"},
      {"${MISSING:-}", ""},
      {"${file:/run/secret}", "s3cret"},
      {"${X:-a:-b}", "a:-b"}};
  for (const auto& [written, meant] : cases) {
    const auto loaded = load_yaml("kafka: {group_id: '" + written + "'}");
    ASSERT_TRUE(loaded.ok()) << written << ": " << loaded.error().message();
    EXPECT_EQ(config_.group_id, meant) << written;
  }
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

TEST_F(LoadTest, WhatComesOutOfAReferenceIsNoYaml) {
  sources_.environment = {{"V", "{a: b}\nlog: {json: true}"}};
  ASSERT_TRUE(load_yaml("kafka: {group_id: \"${V}\"}").ok());
  EXPECT_EQ(config_.group_id, "{a: b}\nlog: {json: true}");
  EXPECT_FALSE(config_.json);
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

TEST_F(LoadTest, SecretsAreKnownByOptionNameAndFile) {
  files_.files()["/run/secret"] = "from-file";
  const auto loaded = load_yaml(R"(
http: {token: tok-123456}
kafka:
  group_id: ${file:/run/secret}
  properties:
    sasl.password: pw-123456
    SSL.Keystore.Location: /keys
    sasl.jaas.config: jaas-123456
    acks: all
)");
  ASSERT_TRUE(loaded.ok()) << loaded.error().message();
  for (const char* path :
       {"http.token", "kafka.group_id", "kafka.properties.sasl.password",
        "kafka.properties.SSL.Keystore.Location", "kafka.properties.sasl.jaas.config"}) {
    EXPECT_TRUE(loaded->secret(path)) << path;
  }
  EXPECT_FALSE(loaded->secret("kafka.properties.acks"));
  EXPECT_EQ(loaded->redact("a tok-123456 b from-file"), "a <redacted> b <redacted>");
}

TEST_F(LoadTest, TheMarkOfARedactedSecretIsRefused) {
  EXPECT_THAT(error_of("http: {token: <redacted>}"),
              HasSubstr("stands for a secret that was not printed"));
}

TEST(ConfigNames, EnvironmentName) {
  EXPECT_EQ(environment_name("stream.threads"), "CORTADO_STREAM_THREADS");
  EXPECT_EQ(environment_name("state.checkpoint_interval"), "CORTADO_STATE_CHECKPOINT_INTERVAL");
}

}  // namespace
}  // namespace cortado::config
