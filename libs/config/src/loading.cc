// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "loading.h"

#include <algorithm>
#include <utility>

#include "substitution.h"
#include "yaml_reader.h"
#include "yaml_text.h"

namespace cortado::config {
namespace {

using base::OptionNode;

constexpr std::string_view kPrefix = "CORTADO_";

bool is_empty_scalar(const OptionNode& node) {
  return node.kind == OptionNode::Kind::kScalar && node.scalar.empty();
}

/// `properties:` with nothing after it is an empty mapping or list where one is expected.
void shape_empty(const base::Option& option, OptionNode& node) {
  if (is_empty_scalar(node)) node.kind = option.get().kind;
}

/// True if a value of the whole key must not be shown; of a mapping each member says so.
bool is_secret_whole(const base::Option& option, const OptionNode& node) {
  return option.secret && (option.choices.empty() || node.kind != OptionNode::Kind::kMapping);
}

/// False if a password may have slipped into the name of a member.
bool has_plain_names(const OptionNode& mapping) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return std::all_of(mapping.fields.begin(), mapping.fields.end(), [&](const auto& field) {
    return std::all_of(field.first.begin(), field.first.end(), fits);
  });
}

void put_member(OptionNode& mapping, const std::string& name, OptionNode value) {
  for (auto& [key, old] : mapping.fields) {
    if (key == name) {
      old = std::move(value);
      return;
    }
  }
  mapping.fields.emplace_back(name, std::move(value));
}

}  // namespace

Loading::Loading(const ConfigSources& sources, const base::Options& options)
    : sources_(sources), options_(options), index_(options) {}

base::Result<LoadedConfig> Loading::run() {
  apply_file();
  apply_environment();
  apply_flags();
  warn_of_variables();
  if (problems_.empty()) return std::move(loaded_);
  std::string message;
  for (const auto& line : problems_) message += (message.empty() ? "" : "\n") + line;
  return base::Error(base::ErrorCode::kInvalidConfig, loaded_.redact(std::move(message)));
}

void Loading::apply_file() {
  if (!sources_.yaml) return;
  YamlTree tree = read_yaml(sources_.yaml->text, {.name = sources_.yaml->name});
  for (auto& line : tree.problems) problems_.push_back(std::move(line));
  if (!tree.usable || is_empty_scalar(tree.root)) return;
  if (tree.root.kind != OptionNode::Kind::kMapping) {
    problem(tree.root.origin, "the file must be a mapping of keys, such as stream: {threads: 4}");
    return;
  }
  bind_fields(tree.root, "");
}

void Loading::bind_fields(const OptionNode& fields, const std::string& block) {
  for (const auto& [key, node] : fields.fields)
    bind_field(block.empty() ? key : block + "." + key, node);
}

void Loading::bind_field(const std::string& path, const OptionNode& node) {
  if (const base::Option* option = index_.find(path)) {
    const auto [first, fresh] = set_in_file_.emplace(path, node.origin);
    if (!fresh) {
      problem(node.origin, path + " is set twice, first at " + first->second);
      return;
    }
    forget(path);
    OptionNode resolved = node;
    if (resolve(resolved, path, *option, is_secret_whole(*option, node)))
      set(*option, std::move(resolved));
    return;
  }
  if (!index_.is_block(path)) {
    unknown_key(node.origin, path);
  } else if (node.kind == OptionNode::Kind::kMapping) {
    bind_fields(node, path);
  } else if (!is_empty_scalar(node)) {
    problem(node.origin, path +
                             " is a block of keys, not a single value or list; set one of its "
                             "keys, such as " +
                             index_.first_of(path).path);
  }
}

void Loading::apply_environment() {
  for (const auto& [variable, text] : sources_.environment) {
    if (!variable.starts_with(kPrefix) || sources_.other_variables.contains(variable)) continue;
    const base::Option* option = index_.find_variable(variable);
    if (option == nullptr) {
      unknown_variables_.insert(variable);
      continue;
    }
    auto node = read_value(text, "environment " + variable, holds_single_value(*option));
    if (!node) continue;
    forget(option->path);
    if (resolve(*node, option->path, *option, is_secret_whole(*option, *node)))
      set(*option, std::move(*node));
  }
}

void Loading::apply_flags() {
  for (const auto& flag : sources_.flags)
    stage_flag(flag, flag.origin.empty() ? "flag --set " + shown_key(flag.path) : flag.origin);
  for (const auto& option : options_) {
    const auto staged = staged_.find(&option);
    if (staged != staged_.end()) set(option, std::move(staged->second));
  }
}

void Loading::stage_flag(const FlagSource& flag, const std::string& origin) {
  const base::Option* option = index_.find(flag.path);
  const MemberOf member =
      option == nullptr ? index_.find_member(flag.path) : MemberOf{option, std::string()};
  if (member.option == nullptr) {
    if (index_.is_block(flag.path)) {
      problem(origin, flag.path + " is a block of keys; set one of them, such as " +
                          index_.first_of(flag.path).path);
    } else {
      unknown_key(origin, flag.path);
    }
    return;
  }
  const bool whole = option != nullptr;
  auto node = read_value(flag.value, origin, !whole || holds_single_value(*member.option));
  if (!node) return;
  if (whole) {
    forget(flag.path);
  } else {
    loaded_.secrets_.erase(flag.path);
  }
  const bool secret =
      whole ? is_secret_whole(*option, *node) : is_secret_member(*member.option, member.member);
  if (!resolve(*node, flag.path, *member.option, secret)) return;
  OptionNode& staged = staged_.try_emplace(member.option, member.option->get()).first->second;
  if (whole) {
    staged = std::move(*node);
    return;
  }
  staged.kind = OptionNode::Kind::kMapping;
  staged.scalar.clear();
  staged.origin = origin;
  put_member(staged, member.member, std::move(*node));
}

std::optional<OptionNode> Loading::read_value(const std::string& text, const std::string& origin,
                                              bool single) {
  const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'');
  if (single && !quoted) {
    OptionNode node = OptionNode::make_scalar(text);
    node.origin = origin;
    return node;
  }
  YamlTree tree = read_yaml(text, {.name = origin, .with_lines = false});
  if (single && (!tree.usable || tree.root.kind != OptionNode::Kind::kScalar)) {
    OptionNode node = OptionNode::make_scalar(text);
    node.origin = origin;
    return node;
  }
  for (auto& line : tree.problems) problems_.push_back(std::move(line));
  if (!tree.problems.empty()) return std::nullopt;
  tree.root.origin = origin;
  return std::move(tree.root);
}

bool Loading::resolve(OptionNode& node, const std::string& path, const base::Option& option,
                      bool secret) {
  loaded_.origins_[path] = node.origin;
  if (node.kind == OptionNode::Kind::kScalar) return resolve_scalar(node, path, secret);
  bool fine = true;
  for (std::size_t i = 0; i < node.items.size(); ++i)
    fine &= resolve(node.items[i], path + "[" + std::to_string(i) + "]", option, secret);
  for (auto& [key, value] : node.fields)
    fine &= resolve(value, path + "." + key, option, secret || is_secret_member(option, key));
  return fine;
}

bool Loading::resolve_scalar(OptionNode& node, const std::string& path, bool secret) {
  const auto result = substitute(node.scalar, sources_.environment, sources_.files);
  if (!result.ok()) {
    const bool shown = !secret || is_whole_reference(node.scalar);
    problem(node.origin, shown_key(path) + ": " +
                             (shown ? result.error().message()
                                    : "a ${...} in this value, which is not shown, leads nowhere "
                                      "or is not ${NAME}, ${NAME:-default} or ${file:PATH}; write "
                                      "$${ for a plain ${"));
    return false;
  }
  referenced_.insert(result->variables.begin(), result->variables.end());
  if (result->text == kRedacted) {
    problem(node.origin, shown_key(path) +
                             ": \"<redacted>\" stands for a secret that was not printed; write "
                             "the secret or ${file:PATH}");
    return false;
  }
  if ((secret && !result->text.empty()) || !result->secrets.empty()) {
    loaded_.secrets_[path] = result->is_reference ? node.scalar : std::string(kRedacted);
    loaded_.secret_values_.insert(result->text);
    loaded_.secret_values_.insert(result->secrets.begin(), result->secrets.end());
  }
  node.scalar = result->text;
  return true;
}

void Loading::set(const base::Option& option, OptionNode node) {
  shape_empty(option, node);
  if (option.secret && !has_plain_names(node)) {
    problem(node.origin, option.path +
                             ": a name there (it is not shown) holds something else than letters, "
                             "digits, \".\", \"_\" and \"-\"; write name: value");
    return;
  }
  const base::Status status = option.set(node);
  if (status.ok()) return;
  std::string message = status.error().message();
  // Also a value too short for redact() is not quoted.
  if (const std::string quoted = '"' + node.scalar + '"'; loaded_.secret(option.path)) {
    for (std::size_t at = message.find(quoted); at != std::string::npos; at = message.find(quoted))
      message.replace(at, quoted.size(), kRedacted);
  }
  problem(node.origin, message + kind_hint(option, node));
}

/// A new value of a whole key: what was known of its parts no longer holds.
void Loading::forget(const std::string& path) {
  const auto below = [&](const auto& entry) {
    const std::string& known = entry.first;
    return known.starts_with(path) &&
           (known.size() == path.size() || known[path.size()] == '.' || known[path.size()] == '[');
  };
  std::erase_if(loaded_.origins_, below);
  std::erase_if(loaded_.secrets_, below);
}

std::string Loading::kind_hint(const base::Option& option, const OptionNode& node) const {
  if (holds_single_value(option) && node.kind == OptionNode::Kind::kMapping)
    return "; it is a key with a single value, not a block of keys";
  if (holds_single_value(option) && node.kind == OptionNode::Kind::kSequence)
    return "; it takes a single value, not a list";
  if (option.type == "mapping" && node.kind != OptionNode::Kind::kMapping)
    return "; write " + option.path + ": {name: value}";
  if (option.type == "list" && node.kind != OptionNode::Kind::kSequence)
    return "; write " + option.path + ": [value, value]";
  return "";
}

void Loading::unknown_key(const std::string& origin, const std::string& path) {
  const std::string near = index_.nearest(path);
  problem(origin,
          "unknown key " + shown_key(path) + (near.empty() ? "" : "; did you mean " + near + "?"));
}

void Loading::warn_of_variables() {
  for (const auto& variable : unknown_variables_) {
    if (referenced_.contains(variable)) continue;
    loaded_.warnings_.push_back("environment " + variable + ": " + unknown_variable(variable));
  }
}

std::string Loading::unknown_variable(const std::string& variable) const {
  if (const base::Option* mapping = index_.mapping_of_variable(variable)) {
    return "no such key; members of " + mapping->path + " are set by " +
           environment_name(mapping->path) + "='{name: value}'";
  }
  const std::string near = index_.nearest_variable(variable);
  return "no key has this name" + (near.empty() ? "" : "; did you mean " + near + "?");
}

void Loading::problem(const std::string& origin, const std::string& message) {
  problems_.push_back(origin + ": " + message);
}

}  // namespace cortado::config
