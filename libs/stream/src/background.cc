// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/stream/background.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace cortado::stream {
namespace {

/// Whoever waits looks this often whether to go on waiting.
constexpr std::chrono::milliseconds kGlance{50};

class Threads final : public Background {
 public:
  explicit Threads(std::size_t most) : most_(most) {}

  ~Threads() override {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  void submit(std::function<void()> job) override {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
    if (idle_ < jobs_.size() && threads_.size() < most_) {
      threads_.emplace_back([this] { work(); });
    }
    wake_.notify_one();
  }

  bool wait(const std::function<bool()>& done, const std::function<bool()>& give_up) override {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, kGlance, done)) {
      if (give_up()) return false;
    }
    return true;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      wake_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      --idle_;
      if (jobs_.empty()) return;
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // what it held may take long to end, and takes no lock meanwhile
      lock.lock();
      ended_.notify_all();
    }
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;   ///< there are jobs, or the end
  std::condition_variable ended_;  ///< a job has ended
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool ending_ = false;
};

}  // namespace

std::unique_ptr<Background> make_threads(std::size_t threads) {
  return std::make_unique<Threads>(threads);
}

}  // namespace cortado::stream
