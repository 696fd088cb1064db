// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::config {

/// Where a YAML text comes from, to name places in it.
struct YamlPlace {
  std::string name;        ///< "cortado.yaml", "environment CORTADO_..."
  bool with_lines = true;  ///< false for a text of one line
};

/// What a YAML text holds. With problems the tree may lack what they speak of; after a syntax error
/// it is not usable at all.
struct YamlTree {
  base::OptionNode root;  ///< an empty scalar for an empty text
  std::vector<std::string> problems;
  bool usable = true;
};

/// Read one YAML document. A field's origin is its key's line; null reads as an empty scalar.
/// Problems: syntax, equal keys, keys that are no text, anchors and aliases, a second document, and
/// more than 1 MiB, 100,000 values or 32 levels.
YamlTree read_yaml(const std::string& text, const YamlPlace& place);

}  // namespace cortado::config
