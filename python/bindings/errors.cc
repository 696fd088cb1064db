// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "errors.h"

#include <string>

#include <pybind11/pybind11.h>

namespace py = pybind11;

namespace cortado::python {
namespace {

void raise(const base::Error& error) {
  const py::object classes = py::module_::import("cortado.errors").attr("CLASSES");
  const py::object kind = classes[py::str(std::string(base::to_string(error.code())))];
  PyErr_SetString(kind.ptr(), error.message().c_str());
}

}  // namespace

void register_errors() {
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Failure& failure) {
      raise(failure.error());
    }
  });
}

}  // namespace cortado::python
