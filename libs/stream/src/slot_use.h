// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "cortado/stream/crash_journal.h"
#include "cortado/stream/operator.h"

namespace cortado::stream {

/// A thread's use of a crash journal for some records of one lane; without a journal, or a free
/// slot in it, nothing is noted.
class SlotUse {
 public:
  SlotUse(CrashJournal* journal, const base::TopicPartition& lane)
      : slot_(journal == nullptr ? nullptr : journal->take()) {
    if (slot_ != nullptr) slot_->enter(crash_lane(lane));
  }
  ~SlotUse() {
    if (slot_ == nullptr) return;
    slot_->rest();
    CrashJournal::give_back(*slot_);
  }
  SlotUse(const SlotUse&) = delete;
  SlotUse& operator=(const SlotUse&) = delete;

  void note(base::Offset offset) {
    if (slot_ != nullptr) slot_->note(offset);
  }
  /// Run a device's records, one at a time where they are noted.
  void run(DeviceProcessor& device, std::span<const base::RawRecord* const> records,
           std::span<base::Outcome* const> outcomes) {
    if (slot_ == nullptr) return device.run(records, outcomes, 0);
    for (std::size_t i = 0; i < records.size(); ++i) {
      slot_->note(records[i]->offset);
      device.run(records.subspan(i, 1), outcomes.subspan(i, 1), records.size() - i - 1);
    }
  }

 private:
  CrashSlot* const slot_;
};

}  // namespace cortado::stream
