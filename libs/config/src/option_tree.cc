// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "option_tree.h"

#include <algorithm>
#include <string_view>

namespace cortado::config {
namespace {

void insert(OptionTree& tree, std::string_view path, const base::Option& option) {
  const std::size_t dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  auto child = std::find_if(tree.children.begin(), tree.children.end(),
                            [&](const OptionTree& known) { return known.name == name; });
  if (child == tree.children.end()) {
    tree.children.push_back({.name = std::string(name), .option = nullptr, .children = {}});
    child = tree.children.end() - 1;
  }
  if (dot == std::string_view::npos) {
    child->option = &option;
  } else {
    insert(*child, path.substr(dot + 1), option);
  }
}

}  // namespace

OptionTree make_option_tree(const base::Options& options) {
  OptionTree root;
  for (const auto& option : options) insert(root, option.path, option);
  return root;
}

}  // namespace cortado::config
