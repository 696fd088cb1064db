// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "cortado/base/error.h"

namespace cortado::base {

/// A value or the Error that kept it from being made.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error)
      : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value. Precondition: ok().
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error. Precondition: !ok().
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by design

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace cortado::base

#define CORTADO_CONCAT_INNER(a, b) a##b
#define CORTADO_CONCAT(a, b) CORTADO_CONCAT_INNER(a, b)

/// Evaluate a Status or Result and return its error from the enclosing function if it has one.
#define CORTADO_TRY(expression)                              \
  do {                                                       \
    auto&& cortado_status = (expression);                    \
    if (!cortado_status.ok()) return cortado_status.error(); \
  } while (false)

/// Evaluate a Result, return its error if it has one, else bind its value: CORTADO_ASSIGN(auto x,
/// make_x());
#define CORTADO_ASSIGN(target, expression) \
  CORTADO_ASSIGN_INNER(CORTADO_CONCAT(cortado_result_, __LINE__), target, expression)
// `result` and `target` are names and declarations, which no parentheses may enclose.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define CORTADO_ASSIGN_INNER(result, target, expression) \
  auto result = (expression);                            \
  if (!result.ok()) return result.error();               \
  target = std::move(result).value()
// NOLINTEND(bugprone-macro-parentheses)
