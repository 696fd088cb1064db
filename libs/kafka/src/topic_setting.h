// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "client.h"
#include "cortado/base/result.h"

namespace cortado::kafka {

/// Read a topic's setting as it is in force. **Errors:** as KafkaAdmin::topic_setting.
base::Result<std::string> read_topic_setting(Client& client, const std::string& topic,
                                             const std::string& name);

}  // namespace cortado::kafka
