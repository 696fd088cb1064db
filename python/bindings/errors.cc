// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <string>
#include <string_view>

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace cortado::python {
namespace {

void raise(const base::Error& error) {
  const py::object classes = py::module_::import("cortado.errors").attr("CLASSES");
  const py::object kind = classes[py::str(std::string(base::to_string(error.code())))];
  // A message may quote bytes that are no UTF-8.
  const std::string& text = error.message();
  const auto words = py::reinterpret_steal<py::str>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<py::ssize_t>(text.size()), "replace"));
  PyErr_SetObject(kind.ptr(), words.ptr());
}

/// The name of every code of errors, in the order of the codes.
py::tuple error_codes() {
  py::list names;
  // The codes are numbered without gaps; only what is none has no name of its own.
  const std::string_view none = base::to_string(static_cast<base::ErrorCode>(-1));
  for (int code = 0;; ++code) {
    const auto name = base::to_string(static_cast<base::ErrorCode>(code));
    if (name == none) return py::tuple(names);
    names.append(py::str(name.data(), name.size()));
  }
}

}  // namespace

void register_errors(py::module_& module) {
  module.attr("ERROR_CODES") = error_codes();
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
      raise(failure.error());
    }
  });
}

}  // namespace cortado::python
