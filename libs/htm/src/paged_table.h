// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortado::htm {

/// One value for each cell, of which most keep T{}: cells are pages of eight, and only pages that
/// were written to are held.
template <typename T>
class PagedTable {
 public:
  /// Precondition: size <= 524,280 (65,535 pages).
  explicit PagedTable(std::size_t size)
      : size_(size), page_of_((size + kPage - 1) / kPage), values_(kPage) {}

  std::size_t size() const { return size_; }
  T get(std::size_t index) const {
    return values_[page_of_[index / kPage] * kPage + index % kPage];
  }
  T& at(std::size_t index) {
    std::size_t page = page_of_[index / kPage];
    if (page == 0) [[unlikely]]
      page = add_page(index / kPage);
    return values_[page * kPage + index % kPage];
  }
  std::size_t bytes() const {
    return page_of_.capacity() * sizeof(std::uint16_t) + values_.capacity() * sizeof(T);
  }

 private:
  static constexpr std::size_t kPage = 8;
  static constexpr std::size_t kGrowth = 32 * kPage;  ///< little slack in a device's bytes

  [[gnu::noinline]] std::size_t add_page(std::size_t page) {  // rare, and at() is small without
    if (values_.size() == values_.capacity()) values_.reserve(values_.size() + kGrowth);
    page_of_[page] = static_cast<std::uint16_t>(values_.size() / kPage);
    values_.resize(values_.size() + kPage);
    return page_of_[page];
  }

  std::size_t size_;
  std::vector<std::uint16_t> page_of_;  ///< 0: the page of T{} that stands for all untouched ones
  std::vector<T> values_;
};

}  // namespace cortado::htm
