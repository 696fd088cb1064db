// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace cortado::htm {

/// A sparse distributed representation: which of `size` bits are on, as ascending indices.
class Sdr {
 public:
  explicit Sdr(std::uint32_t size = 0) : size_(size) {}

  std::uint32_t size() const { return size_; }
  std::span<const std::uint32_t> active() const { return active_; }
  /// Switch all bits off and set the size; memory is kept for the next use.
  void reset(std::uint32_t size) {
    size_ = size;
    active_.clear();
  }
  /// Switch a bit on. Precondition: above all that are on, below size().
  void append(std::uint32_t index) { active_.push_back(index); }

  bool operator==(const Sdr&) const = default;

 private:
  std::uint32_t size_;
  std::vector<std::uint32_t> active_;
};

}  // namespace cortado::htm
