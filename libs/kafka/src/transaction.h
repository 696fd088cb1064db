// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "client.h"
#include "cortado/base/ids.h"
#include "cortado/kafka/errors.h"
#include "cortado/stream/lane_log.h"

namespace cortado::kafka {

/// The calls that a transaction is made of.
enum class Step { kInit, kBegin, kSendOffsets, kCommit, kAbort };

/// How a call ended.
struct CallResult {
  int code = 0;  ///< rd_kafka_resp_err_t
  ErrorFlags flags;
  std::string text;
};

/// What to do after a call.
enum class Action {
  kGoOn,    ///< it succeeded
  kRepeat,  ///< the same call again, while there is time
  kAbort,   ///< nothing counts; abort and begin again
  kFenced,  ///< nothing counts; another producer of the same id has begun
  kRenew,   ///< this producer is of no use any more; whether it counts only a new one can tell
  kRefuse,  ///< only a person helps
};

/// Decide it by step and error; pure. A call whose time is over counts as kAbort before the commit
/// was asked for and as kRenew after.
Action decide(Step step, const CallResult& result, bool time_is_over);

/// The transactions of one producer, whose client it does not own. One thread at a time.
class Transactions {
 public:
  /// `limit` bounds each step.
  Transactions(Client& producer, std::chrono::milliseconds limit)
      : producer_(producer), limit_(limit) {}

  /// Fence all producers of the same id, and end what they left open. **Errors:** kLocked (fenced
  /// by a younger one), kUnavailable (no answer in time), kDenied.
  base::Status init();
  /// Begin. Errors are kept for finish().
  void begin();
  /// Something that belongs to the transaction could not be done.
  void failed(Action action) { worst_ = std::max(worst_, action); }
  bool sound() const { return worst_ == Action::kGoOn; }
  /// True if it is the consumed offset that the broker refuses for good, not the records.
  bool offsets_refused() const;
  /// Add the consumed offset as a member of the group, with the group's metadata as it is now.
  /// Errors are kept for finish().
  void send_offsets(rd_kafka_s* consumer, const base::TopicPartition& lane, base::Offset next,
                    std::string_view metadata);
  /// Commit; or abort, if anything failed. **Errors:** only what a person helps against.
  base::Result<stream::CommitResult> finish(const base::TopicPartition& lane);
  /// Abort what is begun. Returns kAborted, or kUnknown if this producer cannot go on.
  stream::CommitResult abort();

 private:
  using SharedList = std::shared_ptr<rd_kafka_topic_partition_list_s>;

  stream::CommitResult give_up();
  CallResult send_in_time(rd_kafka_s* consumer, const SharedList& offsets);
  template <typename Call>
  Action run(Step step, Call call);
  base::Error refusal(std::string_view what) const;

  Client& producer_;
  const std::chrono::milliseconds limit_;
  Action worst_ = Action::kGoOn;
  Step last_step_ = Step::kInit;
  CallResult last_;  ///< the last that was no success
};

}  // namespace cortado::kafka
