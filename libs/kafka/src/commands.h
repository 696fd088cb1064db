// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// What a principal lacks the right to.
struct MissingRight {
  std::string operation;  ///< Read, Write, Describe, Create, IdempotentWrite
  std::string resource;   ///< topic, group, cluster
  std::string name;       ///< of the topic or group
};

/// Return the command that grants a right to our principal, for an administrator to run.
std::string acl_command(const KafkaConfig& config, const MissingRight& right);

/// Return the command that creates a topic with these settings.
std::string create_command(const KafkaConfig& config, const std::string& topic, int partitions,
                           const std::map<std::string, std::string>& settings = {});

}  // namespace cortado::kafka
