// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "cortado/base/ids.h"
#include "cortado/base/result.h"

namespace cortado::stream {

enum class LaneState;

enum class ControlAction {
  kPause,     ///< take no more records; what was taken is finished, the partitions stay ours
  kResume,    ///< go on where it was paused
  kSnapshot,  ///< the state of every device that changed is to be durable as soon as may be
};

/// What somebody asks of a running engine.
struct ControlRequest {
  ControlAction action = ControlAction::kPause;
  /// None = all lanes, and for a pause also those that come later.
  std::optional<base::Partition> partition = {};
  /// A snapshot that takes longer is answered as it stands then, and goes on.
  std::chrono::milliseconds patience{60'000};
};

/// A lane after what was asked.
struct ControlledLane {
  base::TopicPartition lane;
  LaneState state = {};
  std::string reason = {};        ///< see LaneReport
  base::Offset next_offset = {};  ///< committed
  // Of a snapshot.
  bool durable = false;      ///< a committed pointer names all that there was when it was asked
  std::int64_t devices = 0;  ///< written since it was asked
  std::int64_t bytes = 0;    ///< of them, compressed
};

/// The lanes that were asked for, by partition. **Errors:** kNotFound: the partition is not ours,
/// or went away meanwhile; kUnsupported: no state is kept; kUnavailable: the engine has stopped, or
/// the snapshot's error.
using ControlAnswer = base::Result<std::vector<ControlledLane>>;

/// Hands requests of any thread to a running engine, which does them on its own between two
/// batches.
class EngineControl {
 public:
  /// Called once, on the engine's thread or on that of close() or ask(); must be quick.
  using Done = std::function<void(ControlAnswer)>;
  struct Asked {
    ControlRequest request;
    Done done;
  };

  EngineControl() = default;
  EngineControl(const EngineControl&) = delete;
  EngineControl& operator=(const EngineControl&) = delete;
  ~EngineControl() { close(); }

  /// Ask. Thread-safe.
  void ask(ControlRequest request, Done done);
  /// Take what was asked since the last call.
  std::vector<Asked> take();
  /// Refuse what nobody took and all that comes.
  void close();

 private:
  std::mutex mutex_;
  std::vector<Asked> asked_;
  bool closed_ = false;
};

}  // namespace cortado::stream
