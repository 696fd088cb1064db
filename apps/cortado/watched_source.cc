// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "watched_source.h"

namespace cortado::app {
namespace {

/// "partitions 0, 3, 4 assigned"
std::string sentence(std::span<const base::TopicPartition> partitions, const char* what) {
  if (partitions.empty()) return std::string("no partition ") + what;
  std::string text = partitions.size() == 1 ? "partition" : "partitions";
  const char* separator = " ";
  for (const auto& partition : partitions) {
    text += separator + std::to_string(partition.partition.get());
    separator = ", ";
  }
  return text + " " + what;
}

}  // namespace

base::Status WatchedSource::seek(const base::TopicPartition& partition, base::Offset next) {
  CORTADO_TRY(ForwardingSource::seek(partition, next));
  book_.positioned(partition, next);
  return {};
}

void WatchedSource::assigned(std::span<const base::TopicPartition> partitions) {
  book_.assigned(partitions);
  rebalanced_(sentence(partitions, "assigned"));
  arrived_(partitions);
  ForwardingSource::assigned(partitions);
}

void WatchedSource::revoked(std::span<const base::TopicPartition> partitions) {
  ForwardingSource::revoked(partitions);
  book_.gone(partitions);
  rebalanced_(sentence(partitions, "revoked"));
}

void WatchedSource::lost(std::span<const base::TopicPartition> partitions) {
  ForwardingSource::lost(partitions);
  book_.gone(partitions);
  rebalanced_(sentence(partitions, "lost"));
}

}  // namespace cortado::app
