// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// How a lane stops for good.
#include <algorithm>

#include "cortado/base/log.h"
#include "lane.h"

namespace cortado::stream {

void Lane::stop(const base::Error& error) {
  if (error_) return;
  if (refusal_) {
    base::log_warning("stream",
                      "its last snapshot was not taken, so that its next start scores more records "
                      "again: " +
                          error.message(),
                      {{"lane", to_string(partition_)}});
  }
  const base::Error& reason = refusal_ ? *refusal_ : error;
  base::log_error("stream", "a lane has stopped: " + reason.message(),
                  {{"lane", to_string(partition_)}});
  error_ = reason.with_context(to_string(partition_));
  tainted_ = true;
  held_ = false;
  batch_ = 0;
  buffer_.clear();
  if (opening_ && opening_->committed()) {
    committed_ = *opening_->committed();
    position_known_ = true;
  }
  tell_devices(context_.parts.clock.steady());
  opening_.reset();
  // What it has fetched is of no use; a partition that cannot be paused is passed over as well.
  static_cast<void>(context_.parts.source.pause(partition_));
}

void Lane::refuse(const base::Error& error) {
  if (error_ || refusal_ || !snapshots_) return stop(error);
  base::log_warning("stream",
                    "a lane is about to stop; its models go back to the committed offset and are "
                    "stored first: " +
                        error.message(),
                    {{"lane", to_string(partition_)}});
  refusal_ = error;
  refused_at_ = context_.parts.clock.steady();
  // Records have to flow once more.
  if (paused_) pause(false);
  let_go();
  buffer_.clear();
  batch_ = 0;
  tainted_ = damaged_ = decides_ = false;
  reopen();
}

void Lane::advance_refusal(std::chrono::nanoseconds now) {
  if (damaged_)
    return stop({base::ErrorCode::kCorrupt, "the snapshot before it turned out to be damaged"});
  const bool restored = open() && buffer_.size() == 0 && expected_ >= committed_;
  const bool late = now - refused_at_ > context_.config.drain_timeout;
  if (!restored && !late) return;
  if (restored) processed_ = committed_;
  // What is not restored by then is left to the next start.
  const base::Status saved =
      open() ? snapshot(now)
             : base::Error(base::ErrorCode::kUnavailable, "stream.drain_timeout was over first");
  if (!saved.ok()) return stop(saved.error());
  const base::Error reason = *refusal_;
  refusal_.reset();
  stop(reason);
}

}  // namespace cortado::stream
