// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/outcome.h"
#include "cortado/base/result.h"
#include "cortado/stream/pointer.h"

namespace cortado::stream {

/// What is known when a lane opens.
struct CrashFacts {
  std::vector<base::Offset> skipped;         ///< decided before: of the pointer and the snapshot
  std::vector<base::Offset> dismissed = {};  ///< ascending, of them: a person decided so
  std::map<base::Offset, int> deaths;
  base::Offset start;      ///< reading begins here
  std::int64_t limit = 3;  ///< deaths at a record that decide; 0 = none ever do
};

struct CrashDecision {
  std::vector<base::Offset> skipped;     ///< ascending
  std::vector<base::Offset> dismissed;   ///< ascending, of them
  std::vector<base::Offset> added;       ///< of them, those decided now
  std::map<base::Offset, int> suspects;  ///< the others that processes died at
};

/// Decide which records are passed over from now on; pure. **Errors:** kCorrupt where they are too
/// many.
base::Result<CrashDecision> decide_skips(const CrashFacts& facts);

/// What a lane does about records that processes died at.
class CrashGuard {
 public:
  CrashGuard() = default;
  explicit CrashGuard(CrashDecision decision);

  /// True if no record needs a look.
  bool quiet() const { return skipped_.empty() && suspects_.empty(); }
  bool skips(base::Offset offset) const;
  /// True if the record is to be run alone, so that a death is blamed on nobody else.
  bool suspects(base::Offset offset) const { return suspects_.contains(offset); }
  const std::vector<base::Offset>& skipped() const { return skipped_; }
  const std::vector<base::Offset>& dismissed() const { return dismissed_; }
  /// Hear that all below `next` was processed and committed. True once: then the journal may forget
  /// it.
  bool passed(base::Offset next);

 private:
  std::vector<base::Offset> skipped_;
  std::vector<base::Offset> dismissed_;
  std::map<base::Offset, int> suspects_;
  base::Offset watched_;  ///< above all records that the journal knows of; 0 = none
};

/// Fill the outcome of a record that is passed over.
void pass_over(const CrashGuard& guard, base::Offset offset, base::Outcome& outcome);

}  // namespace cortado::stream
