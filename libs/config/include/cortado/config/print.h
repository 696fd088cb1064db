// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cortado/base/option.h"
#include "cortado/config/config.h"

namespace cortado::config {

struct PrintStyle {
  bool with_origin = false;  ///< end every value's line with a comment that names its origin
};

/// Return the effective configuration as YAML that load() reads back to the same values. A secret
/// stands as the ${file:...} or ${NAME} that it came from, else as "<redacted>" (which load()
/// refuses).
std::string print(const base::Options& options, const LoadedConfig& loaded, PrintStyle style = {});

/// Return the reference of all keys as Markdown, one table a block. Precondition for defaults to be
/// right: the structs are untouched.
std::string reference_markdown(const base::Options& options);

/// Return a JSON schema (draft 2020-12) of the configuration file, for editors.
std::string json_schema(const base::Options& options);

}  // namespace cortado::config
