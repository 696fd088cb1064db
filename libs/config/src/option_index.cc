// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "option_index.h"

#include <algorithm>
#include <array>

#include "cortado/config/config.h"

namespace cortado::config {
namespace {

std::string join(std::string_view block, std::string_view name) {
  return block.empty() ? std::string(name) : std::string(block) + "." + std::string(name);
}

}  // namespace

OptionIndex::OptionIndex(const base::Options& options) {
  children_.emplace("", std::vector<std::string>());
  for (const auto& option : options) {
    by_path_.emplace(option.path, &option);
    by_variable_.emplace(environment_name(option.path), &option);
    std::size_t begin = 0;
    while (begin <= option.path.size()) {
      const std::size_t end = std::min(option.path.find('.', begin), option.path.size());
      const std::string block = begin == 0 ? "" : option.path.substr(0, begin - 1);
      const std::string name = option.path.substr(begin, end - begin);
      auto& names = children_[block];
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      begin = end + 1;
    }
  }
}

const base::Option* OptionIndex::find(std::string_view path) const {
  const auto found = by_path_.find(std::string(path));
  return found == by_path_.end() ? nullptr : found->second;
}

const base::Option* OptionIndex::find_variable(std::string_view variable) const {
  const auto found = by_variable_.find(std::string(variable));
  return found == by_variable_.end() ? nullptr : found->second;
}

MemberOf OptionIndex::find_member(std::string_view path) const {
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    const base::Option* option = find(path.substr(0, dot));
    if (option != nullptr && !holds_single_value(*option) && dot + 1 < path.size())
      return {option, std::string(path.substr(dot + 1))};
  }
  return {};
}

const base::Option* OptionIndex::mapping_of_variable(std::string_view variable) const {
  for (const auto& [name, option] : by_variable_) {
    if (!holds_single_value(*option) && variable.starts_with(name + "_")) return option;
  }
  return nullptr;
}

const base::Option& OptionIndex::first_of(std::string_view block) const {
  return *by_path_.lower_bound(std::string(block) + ".")->second;
}

std::string OptionIndex::nearest(std::string_view path) const {
  std::string block;
  std::string_view rest = path;
  while (true) {
    const std::size_t dot = rest.find('.');
    const std::string next = join(block, rest.substr(0, dot));
    if (dot == std::string_view::npos || !is_block(next)) break;
    block = next;
    rest.remove_prefix(dot + 1);
  }
  const std::size_t dot = rest.find('.');
  const std::string sibling = base::nearest_name(rest.substr(0, dot), children_.at(block));
  if (!sibling.empty()) {
    const std::string base_path = join(block, sibling);
    const std::string whole =
        dot == std::string_view::npos ? base_path : join(base_path, rest.substr(dot + 1));
    return find(whole) != nullptr ? whole : base_path;
  }
  // The right name in the wrong block.
  const std::string_view last = path.substr(path.rfind('.') + 1);
  for (const auto& [known, option] : by_path_) {
    if (known.ends_with("." + std::string(last))) return known;
  }
  return "";
}

std::string OptionIndex::nearest_variable(std::string_view variable) const {
  std::vector<std::string> names;
  for (const auto& [name, option] : by_variable_) names.push_back(name);
  return base::nearest_name(variable, names);
}

bool is_secret_member(const base::Option& option, std::string_view member) {
  if (!option.secret) return is_secret_name(member);
  return std::find(option.choices.begin(), option.choices.end(), member) == option.choices.end();
}

bool holds_single_value(const base::Option& option) {
  static constexpr std::array<std::string_view, 7> kSingle = {
      "integer", "number", "boolean", "string", "duration", "size", "choice"};
  return std::find(kSingle.begin(), kSingle.end(), option.type) != kSingle.end();
}

}  // namespace cortado::config
