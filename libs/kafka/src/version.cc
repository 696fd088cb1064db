// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/kafka/version.h"

#include <librdkafka/rdkafka.h>

namespace cortado::kafka {

std::string library_version() { return rd_kafka_version_str(); }

}  // namespace cortado::kafka
