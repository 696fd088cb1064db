// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cortado/base/log.h"
#include "lane.h"

namespace cortado::stream {

void Lane::receive(const base::RawRecord& record) {
  if (!open() || record.offset < expected_) return;
  // Who is about to stop takes no new ones; this one tells that the others are all there.
  if (refusal_ && record.offset >= committed_) {
    expected_ = committed_;
    return;
  }
  buffer_.add(record, partition_.topic);
  expected_ = base::Offset(record.offset.get() + 1);
}

std::size_t Lane::ready(std::chrono::nanoseconds now) {
  const std::size_t rows = buffer_.size();
  const bool waiting = waits();
  if ((!pace_.bounded() && !waiting) || rows == 0) return rows;
  const auto records = buffer_.records();
  const auto muted = static_cast<std::size_t>(
      std::partition_point(records.begin(), records.end(),
                           [this](const auto& record) { return record.offset < committed_; }) -
      records.begin());
  if (waiting) return muted;
  return std::min(rows, muted + static_cast<std::size_t>(pace_.allowance(now)));
}

void Lane::lay_out(std::chrono::nanoseconds now) { batch_ = ready(now); }

base::Offset Lane::batch_end() const {
  if (batch_ == buffer_.size()) return expected_;
  if (batch_ == 0) return processed_;
  return base::Offset(batch().back().offset.get() + 1);
}

void Lane::hold_back(bool full, bool low) {
  if (!open() || (held_ ? !low : !full || !(pace_.bounded() || waits()))) return;
  if (held_) return let_go();
  held_ = context_.parts.source.pause(partition_).ok();
}

void Lane::let_go() {
  // Whoever does not own the partition any more has nothing to resume.
  if (held_ && !paused_) static_cast<void>(context_.parts.source.resume(partition_));
  held_ = false;
}

void Lane::batch_processed(bool committed, const std::string& pointer,
                           std::chrono::nanoseconds now) {
  const auto rows = batch();
  const std::int64_t muted = std::count_if(
      rows.begin(), rows.end(), [this](const auto& record) { return record.offset < committed_; });
  replayed_ += muted;
  context_.replayed += muted;
  pace_.spend(static_cast<std::int64_t>(rows.size()) - muted);
  processed_ = batch_end();
  buffer_.drop_front(batch_);
  batch_ = 0;
  tell_running();
  tell_devices(now);
  if (committed) this->committed(processed_, pointer, now);
  tell_passed();
}

void Lane::tell_passed() {
  const base::Offset done = std::min(processed_, committed_);
  if (context_.parts.crashes == nullptr || !guard_.passed(done)) return;
  forget_deaths(context_, partition_, done);
}

void Lane::tell_running() {
  if (!replays_since_ || processed_ < committed_ || decides_) return;
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      context_.parts.clock.steady() - *replays_since_);
  replays_since_.reset();
  base::log_info("stream", "lane runs",
                 {{"lane", to_string(partition_)},
                  {"replayed", std::to_string(replayed_)},
                  {"replay_ms", std::to_string(took.count())}});
}

}  // namespace cortado::stream
