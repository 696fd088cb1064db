// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"
#include "cortado/kafka/kafka_lane_log.h"

namespace cortado::kafka {

/// Make the clients that detection makes, with the very same settings, and drop them: librdkafka
/// says of some properties only then that they do not go together. No broker is connected to.
/// `source` is the source's configuration, `config` everyone else's. Without `local_files` nothing
/// is asked of this machine: what concerns logins, TLS and plugins is left out. **Errors:**
/// kInvalidConfig.
base::Status check_clients(const KafkaConfig& source, const KafkaConfig& config,
                           const LogOptions& options, bool local_files);

}  // namespace cortado::kafka
