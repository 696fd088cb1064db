// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cortado/base/result.h"

namespace cortado::kafka {

struct EmbeddedTopic {
  std::string name;
  int partitions = 10;
};

/// What a broker can do beyond producing, consuming, groups and offsets.
struct BrokerAbilities {
  bool transactions = false;
  bool topic_creation = false;  ///< by clients; our own create_topic always works
  bool retention = false;       ///< by time or size, as topics are configured
  bool durability = false;      ///< records outlive the process
};

/// A broker inside this process, for demonstrations and tests: real TCP on 127.0.0.1 for any
/// client. It keeps the newest 5 MiB or 100,000 message sets of a partition and forgets all at
/// exit. Thread-safe.
class EmbeddedBroker {
 public:
  /// Start it with these topics. **Errors:** kUnavailable.
  static base::Result<std::unique_ptr<EmbeddedBroker>> create(
      std::span<const EmbeddedTopic> topics);
  ~EmbeddedBroker();
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;

  /// Return "127.0.0.1:<port>".
  std::string bootstrap_servers() const;
  /// **Errors:** kAlreadyExists, kInvalidArgument.
  base::Status create_topic(const EmbeddedTopic& topic);

  /// What it can do: nothing of BrokerAbilities.
  static BrokerAbilities abilities();
  /// One sentence for people who ask it for more.
  static std::string_view limits();

 private:
  struct Impl;
  explicit EmbeddedBroker(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cortado::kafka
