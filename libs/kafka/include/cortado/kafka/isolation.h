// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace cortado::kafka {

/// What a reader sees: that of committed transactions, or all.
enum class Isolation { kReadCommitted, kReadUncommitted };

/// As Kafka's setting isolation.level calls it.
constexpr const char* to_string(Isolation isolation) {
  return isolation == Isolation::kReadCommitted ? "read_committed" : "read_uncommitted";
}

}  // namespace cortado::kafka
