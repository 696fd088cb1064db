// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

namespace cortado::app {

/// What all models in memory hold together, by their own count. Thread-safe.
class ModelMemory {
 public:
  void change(std::int64_t by) { bytes_.fetch_add(by, std::memory_order_relaxed); }
  std::int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> bytes_{0};
};

/// One model's share of it, as long as the model lives. One thread at a time.
class ModelShare {
 public:
  explicit ModelShare(ModelMemory& memory) : memory_(memory) {}
  ~ModelShare() { memory_.change(-bytes_); }
  ModelShare(const ModelShare&) = delete;
  ModelShare& operator=(const ModelShare&) = delete;

  std::int64_t bytes() const { return bytes_; }
  void set(std::int64_t bytes) {
    if (bytes != bytes_) memory_.change(bytes - bytes_);
    bytes_ = bytes;
  }

 private:
  ModelMemory& memory_;
  std::int64_t bytes_ = 0;
};

}  // namespace cortado::app
