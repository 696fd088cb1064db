// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

struct rd_kafka_s;

namespace cortado::kafka {

/// True unless the group moves partitions one by one: its assignment can then only be replaced as a
/// whole. librdkafka has no answer while its group is being ended; the whole is right then too.
bool is_eager(rd_kafka_s* consumer);

}  // namespace cortado::kafka
