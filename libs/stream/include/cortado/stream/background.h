// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace cortado::stream {

/// Does what takes long beside the engine's thread: fencing, loading, writing snapshots.
class Background {
 public:
  virtual ~Background() = default;
  /// Do a job some time, on any thread.
  virtual void submit(std::function<void()> job) = 0;
  /// Return true when `done()` holds; it holds for good once some submitted job has run. Return
  /// false soon after `give_up()` holds.
  virtual bool wait(const std::function<bool()>& done, const std::function<bool()>& give_up) = 0;
};

/// Jobs are done at once by whoever submits them.
class InlineBackground final : public Background {
 public:
  void submit(std::function<void()> job) override { job(); }
  bool wait(const std::function<bool()>&, const std::function<bool()>&) override { return true; }
};

/// At most `threads` jobs beside each other; threads are made when they are needed first. Its
/// destructor waits for all jobs.
std::unique_ptr<Background> make_threads(std::size_t threads);

}  // namespace cortado::stream
