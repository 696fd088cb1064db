// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "task_pool.h"

#include <algorithm>

namespace cortado::stream {

TaskPool::TaskPool(std::size_t threads) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

TaskPool::~TaskPool() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (auto& worker : workers_) worker.join();
}

void TaskPool::run(std::size_t count, const std::function<void(std::size_t)>& task) {
  if (workers_.empty() || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) task(i);
    return;
  }
  std::unique_lock lock(mutex_);
  task_ = &task;
  next_ = 0;
  count_ = count;
  wake_.notify_all();
  drain(lock);
  done_.wait(lock, [this] { return running_ == 0; });
  task_ = nullptr;
}

void TaskPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return ending_ || (task_ != nullptr && next_ < count_); });
    if (ending_) return;
    drain(lock);
  }
}

void TaskPool::drain(std::unique_lock<std::mutex>& lock) {
  while (next_ < count_) {
    const std::size_t index = next_++;
    const auto& task = *task_;
    ++running_;
    lock.unlock();
    task(index);
    lock.lock();
    --running_;
  }
  if (running_ == 0) done_.notify_all();
}

}  // namespace cortado::stream
