// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "../src/commands.h"

#include <gtest/gtest.h>

namespace cortado::kafka {
namespace {

KafkaConfig config() {
  KafkaConfig result;
  result.bootstrap_servers = "broker:9092";
  result.properties["sasl.username"] = "cortado";
  return result;
}

TEST(Commands, GrantARightToOurPrincipal) {
  EXPECT_EQ(acl_command(config(), {"Read", "topic", "monitoring20"}),
            "kafka-acls.sh --bootstrap-server broker:9092 --add --allow-principal 'User:cortado' "
            "--operation Read --topic 'monitoring20'");
  EXPECT_EQ(acl_command(config(), {"IdempotentWrite", "cluster", ""}),
            "kafka-acls.sh --bootstrap-server broker:9092 --add --allow-principal 'User:cortado' "
            "--operation IdempotentWrite --cluster");
}

TEST(Commands, SayWhereThePrincipalIsNotKnown) {
  KafkaConfig plain = config();
  plain.properties.clear();
  EXPECT_NE(acl_command(plain, {"Read", "group", "g"}).find("'User:<our principal>'"),
            std::string::npos);
}

TEST(Commands, CreateATopic) {
  KafkaConfig with_replicas = config();
  EXPECT_EQ(create_command(with_replicas, "t", 10),
            "kafka-topics.sh --bootstrap-server broker:9092 --create --topic 't' --partitions 10");
  with_replicas.replication_factor = 3;
  EXPECT_EQ(create_command(with_replicas, "t", 10),
            "kafka-topics.sh --bootstrap-server broker:9092 --create --topic 't' --partitions 10 "
            "--replication-factor 3");
  EXPECT_EQ(create_command(config(), "t", 1, {{"a.b", "1"}, {"c", "x,y"}}),
            "kafka-topics.sh --bootstrap-server broker:9092 --create --topic 't' --partitions 1 "
            "--config 'a.b=1' --config 'c=x,y'");
}

}  // namespace
}  // namespace cortado::kafka
