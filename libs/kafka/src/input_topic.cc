// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/base/log.h"
#include "cortado/kafka/topics.h"

namespace cortado::kafka {

void warn_of_compaction(const KafkaConfig& config) {
  const auto admin = KafkaAdmin::create(config);
  if (!admin.ok()) return;
  const auto policy = (*admin)->topic_setting(config.input_topic, "cleanup.policy");
  if (!policy.ok() || policy->find("compact") == std::string::npos) return;
  const auto lag = (*admin)->topic_setting(config.input_topic, "min.compaction.lag.ms");
  if (!lag.ok() || *lag != "0") return;
  base::log_warning("kafka",
                    "topic " + config.input_topic +
                        " is compacted at once: after a crash the records since the last snapshot "
                        "are read again, and what is gone by then is missing from the models; set "
                        "its min.compaction.lag.ms to more than state.checkpoint_interval and the "
                        "longest time without a worker");
}

}  // namespace cortado::kafka
