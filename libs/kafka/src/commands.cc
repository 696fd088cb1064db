// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "commands.h"

namespace cortado::kafka {
namespace {

std::string principal(const KafkaConfig& config) {
  for (const char* name : {"sasl.username", "sasl.kerberos.principal"}) {
    const auto found = config.properties.find(name);
    if (found != config.properties.end()) return "User:" + found->second;
  }
  return "User:<our principal>";
}

}  // namespace

std::string acl_command(const KafkaConfig& config, const MissingRight& right) {
  std::string command = "kafka-acls.sh --bootstrap-server " + bootstrap_servers(config) +
                        " --add --allow-principal '" + principal(config) + "' --operation " +
                        right.operation + " --" + right.resource;
  if (right.resource != "cluster") command += " '" + right.name + "'";
  return command;
}

std::string create_command(const KafkaConfig& config, const std::string& topic, int partitions,
                           const std::map<std::string, std::string>& settings) {
  std::string command = "kafka-topics.sh --bootstrap-server " + bootstrap_servers(config) +
                        " --create --topic '" + topic + "' --partitions " +
                        std::to_string(partitions);
  if (config.replication_factor > 0)
    command += " --replication-factor " + std::to_string(config.replication_factor);
  for (const auto& [name, value] : settings) command += " --config '" + name + "=" + value + "'";
  return command;
}

}  // namespace cortado::kafka
