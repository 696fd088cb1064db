// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "crash_guard.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cortado::stream {

base::Result<CrashDecision> decide_skips(const CrashFacts& facts) {
  CrashDecision decision;
  decision.skipped = facts.skipped;
  std::sort(decision.skipped.begin(), decision.skipped.end());
  auto& skipped = decision.skipped;
  skipped.erase(std::unique(skipped.begin(), skipped.end()), skipped.end());
  for (const auto& [offset, deaths] : facts.deaths) {
    if (offset < facts.start || std::binary_search(skipped.begin(), skipped.end(), offset))
      continue;
    if (facts.limit > 0 && deaths >= facts.limit) {
      decision.added.push_back(offset);
    } else {
      decision.suspects.emplace(offset, deaths);
    }
  }
  skipped.insert(skipped.end(), decision.added.begin(), decision.added.end());
  std::sort(skipped.begin(), skipped.end());
  forget_oldest(skipped, facts.start);
  std::set_intersection(facts.dismissed.begin(), facts.dismissed.end(), skipped.begin(),
                        skipped.end(), std::back_inserter(decision.dismissed));
  if (skipped.size() <= kMostSkipped) return decision;
  return base::Error(base::ErrorCode::kCorrupt,
                     "more than " + std::to_string(kMostSkipped) +
                         " records have ended every process that scored them: that is no matter of "
                         "single records; run another build, or another input format");
}

CrashGuard::CrashGuard(CrashDecision decision)
    : skipped_(std::move(decision.skipped)),
      dismissed_(std::move(decision.dismissed)),
      suspects_(std::move(decision.suspects)) {
  if (!suspects_.empty()) watched_ = base::Offset(suspects_.rbegin()->first.get() + 1);
  for (const base::Offset offset : decision.added) {
    watched_ = std::max(watched_, base::Offset(offset.get() + 1));
  }
}

bool CrashGuard::skips(base::Offset offset) const {
  return std::binary_search(skipped_.begin(), skipped_.end(), offset);
}

bool CrashGuard::passed(base::Offset next) {
  if (watched_.get() == 0 || next < watched_) return false;
  suspects_.clear();
  watched_ = {};
  return true;
}

void pass_over(const CrashGuard& guard, base::Offset offset, base::Outcome& outcome) {
  outcome.kind = base::OutcomeKind::kDeadLetter;
  const auto& dismissed = guard.dismissed();
  if (std::binary_search(dismissed.begin(), dismissed.end(), offset)) {
    outcome.stage = "skipped";
    outcome.reason = "an operator had it passed over (cortado state skip)";
    return;
  }
  outcome.stage = "crash";
  outcome.reason = "every process that scored this record died at it";
}

}  // namespace cortado::stream
