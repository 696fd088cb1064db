// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/result.h"
#include "cortado/kafka/kafka_config.h"

namespace cortado::kafka {

/// Return the names of all properties of the librdkafka that runs, sorted.
const std::vector<std::string>& property_names();

/// Return the property of this name, or the one nearest to it, or "".
std::string nearest_property(std::string_view name);

/// Check pass-through properties by name and value. **Errors:** kInvalidConfig.
base::Status check_properties(const KafkaConfig& config);

}  // namespace cortado::kafka
