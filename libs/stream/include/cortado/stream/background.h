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
  /// Return when `done()` holds; it holds for good once some submitted job has run.
  virtual void wait(const std::function<bool()>& done) = 0;
};

/// Jobs are done at once by whoever submits them.
class InlineBackground final : public Background {
 public:
  void submit(std::function<void()> job) override { job(); }
  void wait(const std::function<bool()>&) override {}
};

/// At most `threads` jobs beside each other; threads are made when they are needed first. Its
/// destructor waits for all jobs.
std::unique_ptr<Background> make_threads(std::size_t threads);

}  // namespace cortado::stream
