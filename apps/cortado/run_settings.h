// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cortado/kafka/kafka_lane_log.h"
#include "wiring.h"

namespace cortado::app {

/// Check how the settings go together before anything is made; returns whether there are
/// transactions. Without `local_files` this machine's files are not asked. **Errors:**
/// kInvalidConfig naming the key.
base::Result<bool> check_settings(const DetectionRun& run, bool local_files);

/// Return the settings of the source: let the broker gather records for a tenth of a batch interval
/// (or 64 KiB), since batches need no more than a few fetches each, and a busy broker spends its
/// time on records. What the user set stays.
kafka::KafkaConfig fetch_by_batch(const AppConfig& config, bool until_end);

/// Return the settings of the lanes' logs.
kafka::LogOptions log_options(const AppConfig& config, bool transactional);

}  // namespace cortado::app
