// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <utility>

#include <pybind11/pybind11.h>

#include "cortado/base/result.h"

namespace cortado::python {

/// Carries an Error up to the border, where it becomes the exception of its code (cortado.errors).
class Failure : public std::exception {
 public:
  explicit Failure(base::Error error) : error_(std::move(error)) {}
  const char* what() const noexcept override { return error_.message().c_str(); }
  const base::Error& error() const { return error_; }

 private:
  base::Error error_;
};

/// Return the value of a Result, or throw its error.
template <typename T>
T value_or_throw(base::Result<T> result) {
  if (!result.ok()) throw Failure(result.error());
  return std::move(result).value();
}

inline void throw_if_failed(const base::Status& status) {
  if (!status.ok()) throw Failure(status.error());
}

/// Let every Failure arrive in Python as the class that cortado.errors has for its code, and name
/// the codes in the module's ERROR_CODES.
void register_errors(pybind11::module_& module);

}  // namespace cortado::python
