// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
// What a lane says to the other lanes of its process about its devices, and what it waits for.
#include "cortado/base/log.h"
#include "lane.h"

namespace cortado::stream {
namespace {

/// A replay in which nothing arrives for so long is taken to be over: what it waits for may have
/// been compacted away.
constexpr std::chrono::seconds kSilence{30};

}  // namespace

void Lane::wait_at(std::size_t count, Routing::Wait wait) {
  batch_ = count;
  waits_ = wait;
}

bool Lane::waits() const {
  if (!open()) return false;
  switch (waits_) {
    case Routing::Wait::kNot:
      return false;
    case Routing::Wait::kOthers:
      return !context_.owners.all_told();
    case Routing::Wait::kStored:
      return devices_.refusals().pending();
  }
  return false;
}

void Lane::tell_devices(std::chrono::nanoseconds now) {
  if (told_ || !may_tell_devices(now)) return;
  told_ = true;
  if (error_ && opening_ && context_.stores != nullptr) {
    // It has stopped before it had any: its snapshots tell instead.
    const auto devices = context_.stores->devices(partition_);
    if (devices.ok()) context_.owners.elsewhere(partition_, *devices);
  }
  devices_.claim_all();
  context_.owners.told(partition_);
}

bool Lane::may_tell_devices(std::chrono::nanoseconds now) {
  if (error_) return true;
  if (!open()) return false;
  // While what it refused is not known, others know better.
  if (!knows_refused_ && !context_.owners.others_told()) return false;
  if (processed_ >= committed_ || paused_) return true;
  if (replay_seen_ != expected_ || buffer_.size() > 0) {
    replay_seen_ = expected_;
    replay_seen_at_ = now;
  }
  if (now - replay_seen_at_ < kSilence) return false;
  base::log_warning("stream", "a replay waits for records that do not come",
                    {{"lane", to_string(partition_)},
                     {"offset", std::to_string(processed_.get())},
                     {"committed", std::to_string(committed_.get())}});
  return true;
}

void Lane::store_refusals(std::chrono::nanoseconds now) {
  if (!open() || tainted_ || !devices_.refusals().pending()) return;
  tell_written(snapshots_->begin_without_devices(facts(), now));
}

}  // namespace cortado::stream
