// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cortado/base/option.h"

namespace cortado::config {

/// Return a scalar or key as YAML: plain where every reader takes it as a text, else in double
/// quotes.
std::string yaml_scalar(std::string_view text);

/// Return a node on one line: `{a: 1, b: [x, y]}`.
std::string yaml_flow(const base::OptionNode& node);

/// Return a key or path as a message may quote it: "sasl.password=x" or "sasl.password:x" in a
/// key's place is a value that slipped there, and is cut.
std::string shown_key(std::string_view key);

}  // namespace cortado::config
