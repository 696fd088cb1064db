// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace cortado::dashboard {

/// The newest values, at most `limit` of them; memory grows with use by doubling.
template <typename T>
class Ring {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// How many values the memory held is good for.
  std::size_t capacity() const { return slots_.size(); }
  /// Value number i, the oldest being 0. Precondition: i < size().
  const T& operator[](std::size_t i) const { return slots_[(first_ + i) % slots_.size()]; }
  const T& back() const { return (*this)[size_ - 1]; }
  T& back() { return slots_[(first_ + size_ - 1) % slots_.size()]; }

  /// Add a value; beyond `limit` (at least 1) the oldest make room.
  void push(T value, std::size_t limit) {
    if (size_ > limit || (size_ == limit && slots_.size() > limit)) resize(limit);
    if (size_ == slots_.size() && size_ < limit)
      resize(std::min(limit, std::max<std::size_t>(8, 2 * size_)));
    if (size_ == slots_.size()) {
      slots_[first_] = std::move(value);
      first_ = (first_ + 1) % slots_.size();
      return;
    }
    slots_[(first_ + size_) % slots_.size()] = std::move(value);
    ++size_;
  }

  /// Keep the newest `limit` values and give the other memory back.
  void trim(std::size_t limit) {
    if (slots_.size() > limit) resize(limit);
  }

 private:
  void resize(std::size_t slots) {
    const std::size_t kept = std::min(size_, slots);
    std::vector<T> moved(slots);
    for (std::size_t i = 0; i < kept; ++i) moved[i] = (*this)[size_ - kept + i];
    slots_ = std::move(moved);
    first_ = 0;
    size_ = kept;
  }

  std::vector<T> slots_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace cortado::dashboard
