// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <algorithm>
#include <vector>

#include "errors.h"

namespace py = pybind11;

namespace cortado::python {
namespace {

using base::OptionNode;

OptionNode to_node(const py::handle& value);

/// **Errors** (thrown): invalid_config for half of a pair of surrogates.
std::string text_of(const py::handle& value) {
  try {
    return py::cast<std::string>(py::str(value));
  } catch (const py::cast_error&) {
    throw Failure(base::Error(
        base::ErrorCode::kInvalidConfig,
        py::cast<std::string>(py::str(py::repr(value))) + " is no text: UTF-8 cannot hold it"));
  }
}

OptionNode sequence_node(const py::handle& values) {
  OptionNode node;
  node.kind = OptionNode::Kind::kSequence;
  for (const py::handle item : py::reinterpret_borrow<py::object>(values)) {
    node.items.push_back(to_node(item));
  }
  return node;
}

OptionNode mapping_node(const py::dict& fields) {
  OptionNode node;
  node.kind = OptionNode::Kind::kMapping;
  for (const auto& [key, value] : fields) {
    node.fields.emplace_back(text_of(key), to_node(value));
  }
  return node;
}

/// A Python value as a person would have written it in YAML.
OptionNode to_node(const py::handle& value) {
  if (value.is_none()) return OptionNode::make_scalar("");
  if (py::isinstance<py::bool_>(value)) {
    return OptionNode::make_scalar(py::cast<bool>(value) ? "true" : "false");
  }
  if (py::isinstance<py::float_>(value)) {
    return OptionNode::make_scalar(base::print_number(py::cast<double>(value)));
  }
  if (py::isinstance<py::dict>(value)) return mapping_node(py::cast<py::dict>(value));
  if (py::isinstance<py::list>(value) || py::isinstance<py::tuple>(value)) {
    return sequence_node(value);
  }
  return OptionNode::make_scalar(text_of(value));
}

std::string joined(const std::string& block, const std::string& name) {
  return block.empty() ? name : block + "." + name;
}

[[noreturn]] void refuse_unknown(const base::Options& options, const std::string& block,
                                 const std::string& path) {
  const std::string prefix = block.empty() ? "" : block + ".";
  std::vector<std::string> known;
  for (const auto& option : options) {
    if (option.path.starts_with(prefix)) known.push_back(option.path);
  }
  const std::string near = base::nearest_name(path, known);
  std::string names;
  for (const auto& name : known) names += (names.empty() ? "" : ", ") + name;
  throw Failure(
      base::Error(base::ErrorCode::kInvalidConfig,
                  path + " is unknown; " +
                      (near.empty() ? "known are " + names : "did you mean " + near + "?")));
}

/// The dict that `path` is told in, made where it is not there yet, and the last name of the path.
std::pair<py::dict, std::string> place_of(const std::string& path, py::dict root) {
  std::size_t start = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', start)) {
    const py::str name(path.substr(start, dot - start));
    if (!root.contains(name)) root[name] = py::dict();
    root = py::cast<py::dict>(py::object(root[name]));
    start = dot + 1;
  }
  return {root, path.substr(start)};
}

py::object to_python(const OptionNode& node) {
  if (node.kind == OptionNode::Kind::kScalar) return py::str(node.scalar);
  if (node.kind == OptionNode::Kind::kSequence) {
    py::list items;
    for (const auto& item : node.items) items.append(to_python(item));
    return items;
  }
  py::dict fields;
  for (const auto& [name, value] : node.fields) fields[py::str(name)] = to_python(value);
  return fields;
}

}  // namespace

void apply(const base::Options& options, const std::string& block, const py::dict& values) {
  for (const auto& [key, value] : values) {
    const std::string path = joined(block, text_of(key));
    const auto found = std::find_if(options.begin(), options.end(),
                                    [&path](const base::Option& o) { return o.path == path; });
    if (found != options.end()) {
      throw_if_failed(found->set(to_node(value)));
      continue;
    }
    const bool inner = std::any_of(options.begin(), options.end(), [&path](const base::Option& o) {
      return o.path.starts_with(path + ".");
    });
    if (!inner || !py::isinstance<py::dict>(value)) refuse_unknown(options, block, path);
    apply(options, path, py::cast<py::dict>(py::reinterpret_borrow<py::object>(value)));
  }
}

py::dict effective(const base::Options& options) {
  py::dict root;
  for (const auto& option : options) {
    auto [place, name] = place_of(option.path, root);
    place[py::str(name)] = to_python(option.get());
  }
  return root;
}

py::list describe_all(const base::Options& options) {
  py::list all;
  for (const auto& option : options) {
    py::dict one;
    one["path"] = option.path;
    one["type"] = option.type;
    one["help"] = option.help;
    one["unit"] = option.unit;
    one["range"] = option.range;
    py::list choices;
    for (const auto& choice : option.choices) choices.append(py::str(choice));
    one["choices"] = choices;
    one["default"] = to_python(option.get());
    all.append(one);
  }
  return all;
}

}  // namespace cortado::python
