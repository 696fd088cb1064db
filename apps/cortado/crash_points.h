// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cortado/base/file_system.h"
#include "cortado/stream/engine.h"
#include "cortado/stream/operator.h"
#include "cortado/stream/source.h"

namespace cortado::app {

/// Ends the process by SIGKILL at a chosen step, as the recovery tests want it. The environment
/// variable CORTADO_CRASH_AT says where: "commit:3" = at the third commit. It is no key: it changes
/// no result, and nobody else has a use for it.
class CrashPoints {
 public:
  static constexpr const char* kVariable = "CORTADO_CRASH_AT";

  /// `spec` may be null: then nothing ever happens.
  explicit CrashPoints(const char* spec);

  bool armed() const { return left_ > 0; }
  /// A step is taken; thread-safe.
  void reached(std::string_view step);
  /// What to call at each step; empty if nothing ever happens.
  std::function<void(std::string_view step)> steps();
  /// Files whose operations are steps: read, write, written, remove, removed.
  std::unique_ptr<base::FileSystem> wrap(base::FileSystem& files);
  /// A source at which partitions that go are steps: revoke, revoked.
  std::unique_ptr<stream::PartitionedSource> wrap(stream::PartitionedSource& source);
  /// An observer for whom these are steps: replay (a batch begins while a lane is replaying).
  std::unique_ptr<stream::EngineObserver> wrap(stream::EngineObserver& observer);

 private:
  std::string_view step_;
  long left_ = 0;
};

/// The environment variable that holds the text of poisoned().
inline constexpr const char* kPoisonVariable = "CORTADO_POISON";

/// The same operator, but that a record whose value contains `text` ends the process as a wild
/// pointer would.
std::unique_ptr<stream::Operator> poisoned(const stream::Operator& operation, std::string text);

}  // namespace cortado::app
