// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace cortado::stream {

/// A fixed number of threads, the caller being one of them, that work off a list of tasks together.
class TaskPool {
 public:
  /// Start `threads` - 1 threads; 0 = as many as the machine has cores.
  explicit TaskPool(std::size_t threads);
  ~TaskPool();
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;

  /// Call `task(0)` to `task(count - 1)`, begun in this order, and return when all have ended. All
  /// that they wrote is visible then. One caller at a time; a task never throws nor calls run().
  void run(std::size_t count, const std::function<void(std::size_t)>& task);
  std::size_t threads() const { return workers_.size() + 1; }

 private:
  void work();
  /// Take and do tasks until none is left. Precondition: `lock` holds mutex_.
  void drain(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable wake_;  ///< there are tasks, or the end
  std::condition_variable done_;  ///< no task is running
  const std::function<void(std::size_t)>* task_ = nullptr;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t running_ = 0;
  bool ending_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace cortado::stream
