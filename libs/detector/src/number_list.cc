// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "number_list.h"

#include <utility>

namespace cortado::detector {
namespace {

using Kind = base::OptionNode::Kind;

base::Result<double> read_one(const base::OptionNode& node, double low, double high) {
  if (node.kind == Kind::kScalar) {
    const auto number = base::parse_number(node.scalar);
    if (number.ok() && *number >= low && *number <= high) return *number;
  }
  return base::Error(base::ErrorCode::kInvalidConfig, "no number within the range");
}

}  // namespace

base::Option bind_numbers(base::OptionText text, std::vector<double>& field, double low,
                          double high, std::size_t most) {
  base::Option option;
  option.path = text.path;
  option.type = "list";
  option.help = text.help;
  option.range = base::print_number(low) + " to " + base::print_number(high) + ", at most " +
                 std::to_string(most);
  option.set = [&field, low, high, most, path = option.path,
                range = option.range](const base::OptionNode& node) -> base::Status {
    const base::Error wrong(base::ErrorCode::kInvalidConfig,
                            path + " must be a list of numbers, each " + range);
    if (node.kind != Kind::kSequence || node.items.empty() || node.items.size() > most) {
      return wrong;
    }
    std::vector<double> numbers;
    for (const auto& item : node.items) {
      const auto number = read_one(item, low, high);
      if (!number.ok()) return wrong;
      numbers.push_back(*number);
    }
    field = std::move(numbers);
    return {};
  };
  option.get = [&field] {
    base::OptionNode node;
    node.kind = Kind::kSequence;
    for (const double number : field) {
      node.items.push_back(base::OptionNode::make_scalar(base::print_number(number)));
    }
    return node;
  };
  return option;
}

}  // namespace cortado::detector
