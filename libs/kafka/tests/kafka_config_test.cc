// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/kafka_config.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

using base::ErrorCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

KafkaConfig usable() {
  KafkaConfig config;
  config.bootstrap_servers = "localhost:9092";
  return config;
}

KafkaConfig with(const std::string& name, const std::string& value) {
  KafkaConfig config = usable();
  config.properties[name] = value;
  return config;
}

std::string reason(const KafkaConfig& config) {
  const auto status = validate(config);
  if (status.ok()) return "";
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidConfig);
  return status.error().message();
}

base::Status set(KafkaConfig& config, const std::string& path, const std::string& text) {
  for (auto& option : describe(config))
    if (option.path == path) return option.set(base::OptionNode::make_scalar(text));
  return base::Error(ErrorCode::kNotFound, path);
}

std::string get(KafkaConfig& config, const std::string& path) {
  for (auto& option : describe(config))
    if (option.path == path) return option.get().scalar;
  return "no such option";
}

TEST(KafkaConfig, NeedsServersAndNothingElse) {
  EXPECT_THAT(reason({}), HasSubstr("kafka.bootstrap_servers is empty"));
  EXPECT_EQ(reason(usable()), "");
}

TEST(KafkaConfig, StartsFromATimeInEachForm) {
  EXPECT_EQ(*parse_start_time("2026-01-31T08:00:00Z"), 1769846400000);
  EXPECT_EQ(*parse_start_time("2026-01-31T08:00:00.250"), 1769846400250);
  EXPECT_EQ(*parse_start_time("2026-01-31T09:00+01:00"), 1769846400000);
  EXPECT_EQ(*parse_start_time("2026-01-31"), 1769817600000);
  EXPECT_EQ(*parse_start_time("1769846400000"), 1769846400000);
  EXPECT_EQ(*parse_start_time("0"), 0);
  for (const auto* text : {"", "yesterday", "-1", "1969-12-31", "2026-02-30", "Earliest", "1e3"}) {
    KafkaConfig config = usable();
    config.start_from = text;
    EXPECT_THAT(reason(config), HasSubstr("kafka.start_from: \"" + std::string(text) + "\""))
        << text;
  }
}

TEST(KafkaConfig, HasTheOriginalsDefaults) {
  KafkaConfig config;
  EXPECT_EQ(get(config, "kafka.group_id"), "detector_group");
  EXPECT_EQ(get(config, "kafka.input_topic"), "monitoring20");
  EXPECT_EQ(get(config, "kafka.output_topic"), "monitoringEnriched2");
  EXPECT_EQ(get(config, "kafka.replication_factor"), "-1");
  EXPECT_EQ(get(config, "kafka.create_topics"), "true");
  EXPECT_EQ(get(config, "kafka.assignment_strategy"), "auto");
  EXPECT_EQ(dead_letter_topic(config), "monitoring20.dead-letter");
}

TEST(KafkaConfig, ReadsPartitionCountsThatMayBeEmpty) {
  KafkaConfig config;
  EXPECT_EQ(get(config, "kafka.input_partitions"), "");
  ASSERT_TRUE(set(config, "kafka.input_partitions", "12").ok());
  EXPECT_EQ(config.input_partitions, 12);
  EXPECT_EQ(get(config, "kafka.input_partitions"), "12");
  ASSERT_TRUE(set(config, "kafka.input_partitions", "").ok());
  EXPECT_EQ(config.input_partitions, 0);
  EXPECT_FALSE(set(config, "kafka.output_partitions", "0").ok());
  EXPECT_FALSE(set(config, "kafka.output_partitions", "many").ok());
}

TEST(KafkaConfig, TakesServersFromThePropertiesFirst) {
  KafkaConfig config = with("bootstrap.servers", "other:9093");
  EXPECT_EQ(bootstrap_servers(config), "other:9093");
  config.bootstrap_servers.clear();
  EXPECT_EQ(reason(config), "");
}

TEST(KafkaConfig, RefusesWhatTheGuaranteeRestsOnWithTheReason) {
  for (const char* name :
       {"enable.auto.commit", "enable.auto.offset.store", "isolation.level", "transactional.id",
        "partitioner", "auto.offset.reset", "enable.idempotence", "acks", "group.id",
        "group.instance.id", "group.protocol.type", "group.protocol", "request.required.acks",
        "auto.commit.enable", "partition.assignment.strategy"}) {
    EXPECT_THAT(reason(with(name, "x")),
                AllOf(HasSubstr(std::string(name) + " cannot be set: "), Not(HasSubstr(": x"))));
  }
}

TEST(KafkaConfig, PassesOrdinaryPropertiesThrough) {
  for (const auto& [name, value] :
       {std::pair("linger.ms", "5"), std::pair("compression.type", "lz4"),
        std::pair("security.protocol", "SASL_SSL"), std::pair("session.timeout.ms", "6000"),
        std::pair("message.timeout.ms", "60000"), std::pair("sasl.username", "someone")})
    EXPECT_EQ(reason(with(name, value)), "") << name;
}

TEST(KafkaConfig, NamesTheNearestPropertyOfAnUnknownOne) {
  EXPECT_THAT(reason(with("linger.msec", "5")), HasSubstr("did you mean \"linger.ms\"?"));
  EXPECT_THAT(reason(with("security.protocl", "SSL")),
              HasSubstr("did you mean \"security.protocol\"?"));
  EXPECT_THAT(reason(with("sasl.jaas.config", "secret stuff")),
              AllOf(HasSubstr("sasl.username and sasl.password"), Not(HasSubstr("secret stuff"))));
}

TEST(KafkaConfig, RefusesAValueThatTheLibraryRefuses) {
  EXPECT_THAT(reason(with("linger.ms", "soon")), HasSubstr("linger.ms"));
}

TEST(KafkaConfig, RefusesToReadItsOwnOutput) {
  KafkaConfig config = usable();
  config.output_topic = config.input_topic;
  EXPECT_THAT(reason(config), HasSubstr("must differ"));
  config = usable();
  for (const auto& taken : {config.input_topic, config.output_topic}) {
    config.dead_letter_topic = taken;
    EXPECT_THAT(reason(config), HasSubstr("must differ"));
  }
  config = usable();
  config.replication_factor = 0;
  EXPECT_THAT(reason(config), HasSubstr("kafka.replication_factor"));
}

TEST(KafkaConfig, KnowsASecretByItsName) {
  for (const char* name : {"sasl.password", "ssl.key.password", "ssl.key.pem", "SASL.JAAS.CONFIG",
                           "sasl.oauthbearer.client.secret", "ssl.keystore.location"})
    EXPECT_TRUE(is_secret_property(name)) << name;
  for (const char* name : {"sasl.username", "ssl.ca.location", "linger.ms"})
    EXPECT_FALSE(is_secret_property(name)) << name;
}

TEST(KafkaConfig, TakesForASecretWhatItDoesNotKnow) {
  for (const char* name : {"sasl.pasword", "sasl.oauthbearer.config", "sasl.kerberos.kinit.cmd",
                           "sasl.oauthbearer.extensions", "no.such", ""})
    EXPECT_TRUE(is_secret_property(name)) << name;
}

TEST(KafkaConfig, TakesTheAssignmentsOfASecretOutOfAnyText) {
  const KafkaConfig config = with("sasl.oauthbearer.config", "principal=admin bogus=hunter9 on=1");
  EXPECT_EQ(redact(config, "Unrecognized sasl.oauthbearer.config beginning at: bogus=hunter9 on=1"),
            "Unrecognized sasl.oauthbearer.config beginning at: [redacted] [redacted]");
  EXPECT_EQ(redact(config, "token hunter9 of admin, 1 of 2"),
            "token [redacted] of [redacted], 1 of 2");
}

TEST(KafkaConfig, NeverQuotesWhatMayBeASecretInAWrongPlace) {
  EXPECT_THAT(reason(with("hunter9", "5")),
              AllOf(HasSubstr("is no property"), Not(HasSubstr("hunter9"))));
  KafkaConfig config;
  for (auto& option : describe(config)) {
    if (option.path != "kafka.properties") continue;
    base::OptionNode node;
    node.kind = base::OptionNode::Kind::kMapping;
    for (const char* name : {"hunter9", "sasl.password=hunter9", "sasl.password:hunter9"}) {
      node.fields = {{name, base::OptionNode::make_scalar("")}};
      const auto status = option.set(node);
      ASSERT_FALSE(status.ok()) << name;
      EXPECT_THAT(status.error().message(), Not(HasSubstr("hunter9")));
    }
  }
  EXPECT_TRUE(config.properties.empty());
}

TEST(KafkaConfig, RefusesNamesThatKafkaRefuses) {
  for (const std::string& name : {std::string("bad topic"), std::string("a/b"), std::string(".."),
                                  std::string(250, 'a'), std::string("\xc3\xa4")}) {
    KafkaConfig config = usable();
    config.output_topic = name;
    EXPECT_THAT(reason(config), HasSubstr("kafka.output_topic: ")) << name;
    config = usable();
    config.dead_letter_topic = name;
    EXPECT_THAT(reason(config), HasSubstr("kafka.dead_letter_topic: ")) << name;
  }
  KafkaConfig config = usable();
  config.input_topic = std::string(237, 'a');  // with ".dead-letter" as long as a name may be
  EXPECT_EQ(reason(config), "");
  config.input_topic += 'a';
  EXPECT_THAT(reason(config), HasSubstr("kafka.dead_letter_topic: "));
}

TEST(KafkaConfig, KeepsTheStateTopicCompacted) {
  KafkaConfig config = usable();
  config.state_topic_configs = {{"cleanup.policy", "delete"}};
  EXPECT_THAT(reason(config), HasSubstr("kafka.state_topic_configs"));
  config.state_topic_configs = {{"cleanup.policy", "compact"}, {"segment.ms", "60000"}};
  EXPECT_EQ(reason(config), "");
}

TEST(KafkaConfig, TakesSecretValuesOutOfAnyText) {
  KafkaConfig config = with("sasl.password", "hunter2");
  config.properties["sasl.username"] = "someone";
  EXPECT_EQ(redact(config, "user someone, password hunter2, again hunter2hunter2"),
            "user someone, password [redacted], again [redacted][redacted]");
  EXPECT_EQ(redact(config, "nothing here"), "nothing here");
}

}  // namespace
}  // namespace cortado::kafka
