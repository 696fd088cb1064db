// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include "config_file.h"
#include "configuration.h"
#include "enriching.h"
#include "errors.h"
#include "models.h"

PYBIND11_MODULE(_core, module) {
  module.doc() = "The C++ rooms enrich and detector; use the classes of cortado.";
  cortado::python::register_errors(module);
  cortado::python::bind_configuration(module);
  cortado::python::bind_config_file(module);
  cortado::python::bind_models(module);
  cortado::python::bind_enriching(module);
  module.attr("VERSION") = CORTADO_VERSION;
}
