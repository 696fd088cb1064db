// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/stream/source.h"

namespace cortado::kafka::testing {

/// One record as a source delivered it.
struct Received {
  base::TopicPartition partition;
  std::int64_t offset = 0;
  std::string value;

  bool operator==(const Received&) const = default;
};

/// Listens to a source, seeks what it is given, and keeps all that it hears.
class SourceRecorder final : public stream::AssignmentListener, public stream::RecordReceiver {
 public:
  /// `start` tells where to seek a partition; none = not now.
  using Start = std::function<std::optional<base::Offset>(const base::TopicPartition&)>;

  explicit SourceRecorder(stream::PartitionedSource& source, Start start = from_zero());

  void assigned(std::span<const base::TopicPartition> partitions) override;
  void revoked(std::span<const base::TopicPartition> partitions) override;
  void lost(std::span<const base::TopicPartition> partitions) override;
  void receive(const base::RawRecord& record) override;

  /// Poll until `done`, at most 60 s; false if it never was.
  bool poll_until(const std::function<bool()>& done);

  const std::vector<Received>& records() const { return records_; }
  std::vector<std::int64_t> offsets(base::Partition partition) const;
  const std::vector<base::TopicPartition>& owned() const { return owned_; }
  /// "assigned 3", "revoked 3", "lost 3": what was heard, in order.
  const std::vector<std::string>& events() const { return events_; }

  static Start from_zero();

 private:
  void drop(std::span<const base::TopicPartition> partitions);

  stream::PartitionedSource& source_;
  Start start_;
  std::vector<Received> records_;
  std::vector<base::TopicPartition> owned_;
  std::vector<std::string> events_;
};

}  // namespace cortado::kafka::testing
