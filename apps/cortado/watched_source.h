// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "forwarding_source.h"
#include "lane_book.h"

namespace cortado::app {

/// A source that tells the page which partitions come and go.
class WatchedSource final : public ForwardingSource {
 public:
  /// Hears a sentence about each change of the assignment.
  using Rebalanced = std::function<void(const std::string& message)>;

  /// Hears of partitions that came.
  using Arrived = std::function<void(std::span<const base::TopicPartition> partitions)>;

  WatchedSource(stream::PartitionedSource& source, LaneBook& book, Rebalanced rebalanced,
                Arrived arrived)
      : ForwardingSource(source),
        book_(book),
        rebalanced_(std::move(rebalanced)),
        arrived_(std::move(arrived)) {}

  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;

 private:
  void assigned(std::span<const base::TopicPartition> partitions) override;
  void revoked(std::span<const base::TopicPartition> partitions) override;
  void lost(std::span<const base::TopicPartition> partitions) override;

  LaneBook& book_;
  Rebalanced rebalanced_;
  Arrived arrived_;
};

}  // namespace cortado::app
