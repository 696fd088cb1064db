// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "cortado/base/ids.h"

namespace cortado::kafka {

/// Return the 32-bit MurmurHash2 with the seed of Kafka's Java client.
/// **Source:** Austin Appleby, MurmurHash2 (public domain); the constants of Kafka's clients.
std::uint32_t murmur2(std::string_view bytes);

/// Return the partition that the Java client's default partitioner gives a record with this key:
/// toPositive(murmur2(key)) % partitions. Precondition: partitions > 0.
base::Partition partition_of_key(std::string_view key, int partitions);

}  // namespace cortado::kafka
