// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <utility>

namespace cortado::base {

/// A value with a name of its own, so that a partition is never passed where an offset is meant.
template <typename T, typename Tag>
class NamedType {
 public:
  constexpr NamedType() = default;
  constexpr explicit NamedType(T value) : value_(std::move(value)) {}

  constexpr const T& get() const { return value_; }
  constexpr auto operator<=>(const NamedType&) const = default;

 private:
  T value_{};
};

}  // namespace cortado::base
