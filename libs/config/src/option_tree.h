// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::config {

/// Options as nested blocks, in the order in which they were described.
struct OptionTree {
  std::string name;
  const base::Option* option = nullptr;  ///< of a leaf
  std::vector<OptionTree> children;      ///< of a block
};

/// Return the unnamed root. The options outlive it.
OptionTree make_option_tree(const base::Options& options);

}  // namespace cortado::config
