// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <pybind11/pybind11.h>

#include "cortado/base/option.h"

namespace cortado::python {

/// Set the options below `block` from a dict of Python values: {"preset": "seed"} sets
/// "detector.preset" for the block "detector". **Errors** (thrown): invalid_config naming the key,
/// with the nearest known one.
void apply(const base::Options& options, const std::string& block, const pybind11::dict& values);

/// Return the options' values as nested dicts of texts, lists and dicts, by block.
pybind11::dict effective(const base::Options& options);

/// Return what every option is: a list of dicts with path, type, help, unit, range, choices and
/// default.
pybind11::list describe_all(const base::Options& options);

}  // namespace cortado::python
