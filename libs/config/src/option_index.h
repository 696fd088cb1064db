// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/base/option.h"

namespace cortado::config {

/// A mapping's option and the name of one member of it.
struct MemberOf {
  const base::Option* option = nullptr;
  std::string member;
};

/// Finds options by path, by environment variable and by likeness. The options outlive it.
class OptionIndex {
 public:
  explicit OptionIndex(const base::Options& options);

  /// Return the option of this very path, or nullptr.
  const base::Option* find(std::string_view path) const;
  const base::Option* find_variable(std::string_view variable) const;
  /// True if options lie below this path.
  bool is_block(std::string_view path) const { return children_.contains(std::string(path)); }
  /// Return the mapping that the path leads into, or a nullptr option.
  MemberOf find_member(std::string_view path) const;
  /// Return the mapping whose variable begins this variable's name, or nullptr.
  const base::Option* mapping_of_variable(std::string_view variable) const;
  /// Return the first option of a block.
  const base::Option& first_of(std::string_view block) const;

  /// Return the known path nearest to an unknown one, or "".
  std::string nearest(std::string_view path) const;
  std::string nearest_variable(std::string_view variable) const;

 private:
  std::map<std::string, const base::Option*> by_path_;
  std::map<std::string, const base::Option*> by_variable_;
  /// Block -> the names right below it; "" is the whole configuration.
  std::map<std::string, std::vector<std::string>> children_;
};

/// True if the value of a mapping's member must not be shown. The members of a secret mapping are
/// secret, all but its `choices`.
bool is_secret_member(const base::Option& option, std::string_view member);

/// True if values of this option are a single scalar, never a list or mapping.
bool holds_single_value(const base::Option& option);

}  // namespace cortado::config
