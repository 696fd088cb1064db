// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "until_end_source.h"

#include <algorithm>
#include <string>

namespace cortado::app {

base::Result<stream::SourceState> UntilEndSource::poll(std::chrono::milliseconds timeout,
                                                       std::size_t limit,
                                                       stream::RecordReceiver& receiver) {
  receiver_ = &receiver;
  CORTADO_ASSIGN(const stream::SourceState state, ForwardingSource::poll(timeout, limit, *this));
  return all_delivered() ? stream::SourceState::kFinished : state;
}

base::Status UntilEndSource::seek(const base::TopicPartition& partition, base::Offset next) {
  CORTADO_TRY(ForwardingSource::seek(partition, next));
  CORTADO_ASSIGN(const stream::Watermarks marks, watermarks(partition));
  progress_[partition] = {next, marks.high};
  return {};
}

/// What is paused is not waited for: its lane has stopped.
base::Status UntilEndSource::pause(const base::TopicPartition& partition) {
  forget(partition);
  return ForwardingSource::pause(partition);
}

void UntilEndSource::revoked(std::span<const base::TopicPartition> partitions) {
  ForwardingSource::revoked(partitions);
  for (const auto& partition : partitions) forget(partition);
}

void UntilEndSource::lost(std::span<const base::TopicPartition> partitions) {
  ForwardingSource::lost(partitions);
  for (const auto& partition : partitions) forget(partition);
}

void UntilEndSource::receive(const base::RawRecord& record) {
  if (Progress* const progress = find(record))
    progress->next = base::Offset(record.offset.get() + 1);
  receiver_->receive(record);
}

UntilEndSource::Progress* UntilEndSource::find(const base::RawRecord& record) {
  const auto is_last = last_ != nullptr && last_->first.partition == record.partition &&
                       last_->first.topic == record.topic;
  if (!is_last) {
    const auto found = progress_.find({std::string(record.topic), record.partition});
    last_ = found == progress_.end() ? nullptr : &*found;
  }
  return last_ == nullptr ? nullptr : &last_->second;
}

void UntilEndSource::forget(const base::TopicPartition& partition) {
  last_ = nullptr;
  progress_.erase(partition);
}

void UntilEndSource::reached(const base::TopicPartition& partition, base::Offset next) {
  const auto found = progress_.find(partition);
  if (found != progress_.end()) found->second.next = std::max(found->second.next, next);
}

bool UntilEndSource::all_delivered() const {
  return !progress_.empty() && std::all_of(progress_.begin(), progress_.end(), [](const auto& one) {
    return one.second.next >= one.second.end;
  });
}

}  // namespace cortado::app
