// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cortado/base/outcome.h"
#include "cortado/base/random.h"
#include "cortado/stream/lane_log.h"

namespace cortado::stream::testing {

/// An outcome as it stands in a MemoryLogs.
struct LoggedOutcome {
  std::int64_t offset = 0;
  base::OutcomeKind kind = base::OutcomeKind::kIgnored;
  std::string device;
  std::string value;
  std::string reason;

  bool operator==(const LoggedOutcome&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const LoggedOutcome& outcome) {
    return out << outcome.offset << " " << outcome.device << " " << outcome.value << outcome.reason;
  }
};

/// The logs of all lanes; they outlive engines, as a broker outlives its clients. At least once:
/// what was appended stays visible though its commit fails.
class MemoryLogs final : public LaneLogFactory {
 public:
  struct Lane {
    std::vector<LoggedOutcome> outcomes;  ///< ignored ones too, so that tests can count them
    std::optional<base::Offset> committed;
    std::string pointer;
    std::size_t durable = 0;  ///< of the outcomes: no crash loses them
  };

  base::Result<std::unique_ptr<LaneLog>> create(const base::TopicPartition& partition) override;

  std::map<base::TopicPartition, Lane>& lanes() { return lanes_; }
  /// The process died: of what no commit made durable a random part never arrived.
  void crash(base::Random& random);

  /// Decides every commit by its number since the beginning, from 0; empty = all succeed.
  std::function<base::Result<CommitResult>(std::int64_t)> on_commit;
  /// Asked before every append by its number since the beginning; an error fails it.
  std::function<base::Status(std::int64_t)> on_append;

  std::int64_t commits = 0;
  std::int64_t appends = 0;

 private:
  std::map<base::TopicPartition, Lane> lanes_;
};

}  // namespace cortado::stream::testing
