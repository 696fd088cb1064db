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

  /// Switch a run of bits on. Precondition: the first is above all that are on, the last below
  /// size().
  void append_run(std::uint32_t first, std::uint32_t count) {
    constexpr std::size_t kBlock = 8;  // stored as vectors
    const std::size_t before = active_.size();
    active_.resize(before + count);
    std::uint32_t* out = active_.data() + before;
    std::size_t left = count;
    for (; left >= kBlock; left -= kBlock, out += kBlock, first += kBlock) {
      for (std::uint32_t i = 0; i < kBlock; ++i) out[i] = first + i;
    }
    for (; left > 0; --left) *out++ = first++;
  }
  /// Switch bits on, each moved up by `offset`. Preconditions as for append(), ascending.
  void append_all(std::span<const std::uint16_t> indices, std::uint32_t offset) {
    const std::size_t before = active_.size();
    active_.resize(before + indices.size());
    std::uint32_t* const out = active_.data() + before;
    for (std::size_t i = 0; i < indices.size(); ++i) out[i] = offset + indices[i];
  }

  bool operator==(const Sdr&) const = default;

 private:
  std::uint32_t size_;
  std::vector<std::uint32_t> active_;
};

}  // namespace cortado::htm
