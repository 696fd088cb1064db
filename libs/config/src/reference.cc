// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/config/print.h"
#include "loading.h"
#include "option_tree.h"
#include "yaml_text.h"

namespace cortado::config {
namespace {

/// Text inside a table's cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c == '\n' ? ' ' : c;
  }
  return escaped;
}

std::string code(std::string_view text) { return "`" + cell(text) + "`"; }

std::string values_of(const base::Option& option) {
  std::string text = option.type;
  if (option.type == "choice") {
    text.clear();
    for (const auto& choice : option.choices) text += (text.empty() ? "" : ", ") + code(choice);
    return text;
  }
  if (!option.range.empty()) text += (option.may_be_empty ? ", empty or " : ", ") + option.range;
  if (!option.unit.empty()) text += " (" + option.unit + ")";
  if (option.secret) text += ", secret";
  return cell(text);
}

std::string default_of(const base::Option& option) {
  const base::OptionNode node = option.get();
  const bool empty = node.kind == base::OptionNode::Kind::kScalar && node.scalar.empty();
  if (empty) return "";
  const bool nothing =
      node.kind != base::OptionNode::Kind::kScalar && node.items.empty() && node.fields.empty();
  return code(option.secret && !nothing ? std::string(kRedacted) : yaml_flow(node));
}

void rows(const OptionTree& tree, std::string& out) {
  if (tree.option != nullptr) {
    const base::Option& option = *tree.option;
    out += "| " + code(option.path) + " | " + values_of(option) + " | " + default_of(option) +
           " | " + cell(option.help) + " |\n";
  }
  for (const auto& child : tree.children) rows(child, out);
}

}  // namespace

std::string reference_markdown(const base::Options& options) {
  std::string out =
      "# Configuration\n\n"
      "Every key has a default. A key is set in the YAML file, by the environment variable\n"
      "`CORTADO_` + its path in upper case with `_` for `.` (`CORTADO_STREAM_THREADS` for\n"
      "`stream.threads`) or by the flag `--set path=value`; the later of these wins. Values may "
      "hold\n"
      "`${NAME}`, `${NAME:-default}` and `${file:PATH}`; `$${` is a plain `${`. A `CORTADO_` "
      "variable that\n"
      "is no key may serve such a value; any other gives a warning with the nearest key. This page "
      "is made\n"
      "from the program's own descriptions; do not edit it.\n";
  for (const auto& block : make_option_tree(options).children) {
    out += "\n## " + block.name + "\n\n| key | value | default | what it does |\n";
    out += "| --- | --- | --- | --- |\n";
    rows(block, out);
  }
  return out;
}

}  // namespace cortado::config
