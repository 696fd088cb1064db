// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// Return what the names of a group's transactional ids and of its state topic begin with, another
/// one for each group and input topic: "cortado.<group_id>.<input_topic>.", or, where the group's
/// id holds a dot and nobody could tell its end, "cortado..<its bytes>.<group_id>.<input_topic>.".
std::string group_prefix(const KafkaConfig& config);

/// The same as builds before ADR 95 had it: with a dot in the group's id others may have it too.
std::string former_group_prefix(const KafkaConfig& config);

}  // namespace cortado::kafka
