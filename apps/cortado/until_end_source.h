// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "forwarding_source.h"

namespace cortado::app {

/// A source that says kFinished when every partition was delivered up to the high watermark that it
/// had when it was assigned. Offsets that carry no record at the very end (transaction markers) are
/// waited for in vain unless the source tells of them.
class UntilEndSource final : public ForwardingSource, private stream::RecordReceiver {
 public:
  using ForwardingSource::ForwardingSource;

  base::Result<stream::SourceState> poll(std::chrono::milliseconds timeout, std::size_t limit,
                                         stream::RecordReceiver& receiver) override;
  base::Status seek(const base::TopicPartition& partition, base::Offset next) override;
  base::Status pause(const base::TopicPartition& partition) override;

 private:
  void revoked(std::span<const base::TopicPartition> partitions) override;
  void lost(std::span<const base::TopicPartition> partitions) override;
  void receive(const base::RawRecord& record) override;
  void reached(const base::TopicPartition& partition, base::Offset next) override;
  bool all_delivered() const;

  struct Progress {
    base::Offset next;
    base::Offset end;
  };
  using ByPartition = std::map<base::TopicPartition, Progress>;

  void forget(const base::TopicPartition& partition);
  Progress* find(const base::RawRecord& record);

  stream::RecordReceiver* receiver_ = nullptr;
  ByPartition progress_;
  ByPartition::value_type* last_ = nullptr;  ///< whose record came last: so will the next one's
};

}  // namespace cortado::app
