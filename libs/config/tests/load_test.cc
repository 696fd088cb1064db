// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load_fixture.h"

namespace cortado::config {
namespace {

using ::testing::ElementsAre;
using testing::Guarantee;
using ::testing::Pair;

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

TEST_F(LoadTest, WhatComesOutOfAReferenceIsNoYaml) {
  sources_.environment = {{"V", "{a: b}\nlog: {json: true}"}};
  ASSERT_TRUE(load_yaml("kafka: {group_id: \"${V}\"}").ok());
  EXPECT_EQ(config_.group_id, "{a: b}\nlog: {json: true}");
  EXPECT_FALSE(config_.json);
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

TEST_F(LoadTest, AnOptionMayTakeATextOrAMapping) {
  base::OptionNode stored = base::OptionNode::make_scalar("aqs");
  base::Option option;
  option.path = "input.mapping";
  option.type = "aqs or mapping";
  option.set = [&stored](const base::OptionNode& node) {
    stored = node;
    return base::Status();
  };
  option.get = [&stored] { return stored; };
  const base::Options options = {option};
  sources_.flags = {{.path = "input.mapping", .value = "other"}};
  ASSERT_TRUE(load(sources_, options).ok());
  EXPECT_EQ(stored.scalar, "other");
  sources_.flags = {{.path = "input.mapping.device", .value = "/sensor/id"},
                    {.path = "input.mapping.value", .value = "/v"}};
  ASSERT_TRUE(load(sources_, options).ok());
  ASSERT_EQ(stored.kind, base::OptionNode::Kind::kMapping);
  ASSERT_EQ(stored.fields.size(), 2U);
  EXPECT_EQ(stored.find("device")->scalar, "/sensor/id");
  sources_.flags = {};
  sources_.environment = {{"CORTADO_INPUT_MAPPING", "{device: /id}"}};
  ASSERT_TRUE(load(sources_, options).ok());
  EXPECT_EQ(stored.find("device")->scalar, "/id");
}

TEST(ConfigNames, EnvironmentName) {
  EXPECT_EQ(environment_name("stream.threads"), "CORTADO_STREAM_THREADS");
  EXPECT_EQ(environment_name("state.checkpoint_interval"), "CORTADO_STATE_CHECKPOINT_INTERVAL");
}

}  // namespace
}  // namespace cortado::config
