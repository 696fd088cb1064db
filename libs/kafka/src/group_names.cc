// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "group_names.h"

namespace cortado::kafka {

std::string group_prefix(const KafkaConfig& config) {
  const std::string& group = config.group_id;
  if (group.find('.') == std::string::npos) return former_group_prefix(config);
  return "cortado.." + std::to_string(group.size()) + "." + group + "." + config.input_topic + ".";
}

std::string former_group_prefix(const KafkaConfig& config) {
  return "cortado." + config.group_id + "." + config.input_topic + ".";
}

}  // namespace cortado::kafka
