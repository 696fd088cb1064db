// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

namespace cortado::python {

/// Bind read_config: a whole configuration file and the variables above it, read as the program
/// reads them.
void bind_config_file(pybind11::module_& module);

}  // namespace cortado::python
