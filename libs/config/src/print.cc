// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/config/print.h"

#include <utility>

#include "loading.h"
#include "option_index.h"
#include "option_tree.h"
#include "substitution.h"
#include "yaml_text.h"

namespace cortado::config {

using base::OptionNode;

/// One call of print().
class Printing {
 public:
  Printing(const LoadedConfig& loaded, PrintStyle style) : loaded_(loaded), style_(style) {}

  std::string run(const base::Options& options) {
    for (const auto& child : make_option_tree(options).children) block(child, 0);
    return std::move(out_);
  }

 private:
  void block(const OptionTree& tree, int depth) {
    if (tree.option != nullptr) {
      OptionNode node = tree.option->get();
      make_printable(node, tree.option->path, *tree.option,
                     tree.option->secret && tree.option->choices.empty());
      value(tree.name, node, tree.option->path, depth);
      return;
    }
    line(depth, yaml_scalar(tree.name) + ":");
    for (const auto& child : tree.children) block(child, depth + 1);
  }

  /// Put what may be shown in the place of secrets, and escape what looks like a reference.
  void make_printable(OptionNode& node, const std::string& path, const base::Option& option,
                      bool secret) {
    for (std::size_t i = 0; i < node.items.size(); ++i)
      make_printable(node.items[i], path + "[" + std::to_string(i) + "]", option, secret);
    for (auto& [key, member] : node.fields)
      make_printable(member, path + "." + key, option, secret || is_secret_member(option, key));
    if (node.kind != OptionNode::Kind::kScalar) return;
    const auto known = loaded_.secrets_.find(path);
    if (known != loaded_.secrets_.end()) {
      node.scalar = known->second;
    } else if (secret && !node.scalar.empty()) {
      node.scalar = kRedacted;
    } else {
      node.scalar = escape_references(node.scalar);
    }
  }

  void value(const std::string& name, const OptionNode& node, const std::string& path, int depth) {
    const std::string key = yaml_scalar(name) + ":";
    if (node.items.empty() && node.fields.empty()) {
      line(depth, key + " " + yaml_flow(node), path);
      return;
    }
    line(depth, key);
    for (std::size_t i = 0; i < node.items.size(); ++i)
      line(depth + 1, "- " + yaml_flow(node.items[i]), path + "[" + std::to_string(i) + "]");
    for (const auto& [member, content] : node.fields)
      line(depth + 1, yaml_scalar(member) + ": " + yaml_flow(content), path + "." + member);
  }

  void line(int depth, const std::string& text, const std::string& path = "") {
    out_.append(2 * static_cast<std::size_t>(depth), ' ').append(text);
    if (style_.with_origin && !path.empty()) out_ += "  # " + comment(loaded_.origin(path));
    out_ += '\n';
  }

  static std::string comment(std::string text) {
    for (char& c : text) {
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return text;
  }

  const LoadedConfig& loaded_;
  PrintStyle style_;
  std::string out_;
};

std::string print(const base::Options& options, const LoadedConfig& loaded, PrintStyle style) {
  return Printing(loaded, style).run(options);
}

}  // namespace cortado::config
