// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/client_check.h"

#include <string>

#include "client_settings.h"

namespace cortado::kafka {
namespace {

/// True if the property's value stands for files, or for libraries that this machine may lack.
bool is_local(const std::string& name) {
  return name == "security.protocol" || name == "plugin.library.paths" ||
         name.starts_with("sasl.") || name.starts_with("ssl.") || name.starts_with("https.");
}

KafkaConfig prepared(KafkaConfig config, bool local_files) {
  if (!local_files) std::erase_if(config.properties, [](auto& set) { return is_local(set.first); });
  return config;
}

}  // namespace

base::Status check_clients(const KafkaConfig& source, const KafkaConfig& config,
                           const LogOptions& options, bool local_files) {
  const KafkaConfig reading = prepared(source, local_files);
  const KafkaConfig writing = prepared(config, local_files);
  CORTADO_TRY(Client::check(reading, source_settings(reading)));
  if (options.exactly_once) {
    const TransactionSettings transactions{.id = transactional_id(config, base::Partition(0)),
                                           .timeout = transaction_timeout(options.batch_interval),
                                           .queue = queue_limits(options)};
    CORTADO_TRY(Client::check(writing, transactional_settings(transactions)));
  }
  if (options.exactly_once && options.state_topic.empty()) return {};
  return Client::check(writing, producer_settings(queue_limits(options)));
}

}  // namespace cortado::kafka
