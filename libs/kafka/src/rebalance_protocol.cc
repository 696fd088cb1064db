// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "rebalance_protocol.h"

#include <string_view>

#include <librdkafka/rdkafka.h>

namespace cortado::kafka {

bool is_eager(rd_kafka_s* consumer) {
  const char* const protocol = rd_kafka_rebalance_protocol(consumer);
  return protocol == nullptr || std::string_view(protocol) != "COOPERATIVE";
}

}  // namespace cortado::kafka
