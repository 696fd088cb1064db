// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "settings_hash.h"

#include <map>

#include "cortado/base/bytes.h"
#include "cortado/base/hash.h"

namespace cortado::app {
namespace {

/// Write a value so that no two values give the same bytes.
void print(const base::OptionNode& node, base::ByteWriter& out) {
  out.u8(static_cast<std::uint8_t>(node.kind));
  out.text(node.scalar);
  out.varint(node.items.size());
  for (const base::OptionNode& item : node.items) print(item, out);
  out.varint(node.fields.size());
  for (const auto& [name, field] : node.fields) {
    out.text(name);
    print(field, out);
  }
}

}  // namespace

std::string settings_hash(enrich::EnrichConfig enrich, detector::DetectorConfig detector) {
  base::Options options = describe(enrich);
  for (base::Option& option : describe(detector)) options.push_back(std::move(option));
  std::map<std::string, std::string> kinds;  // sorted
  for (const base::Option& option : options) {
    const std::string kind = option.path.substr(0, option.path.find('.'));
    // How an outcome is written changes no model, and nothing is written twice.
    if (kind == "output") continue;
    base::ByteWriter out(kinds[kind]);
    out.text(option.path);
    print(option.get(), out);
  }
  std::string text;
  for (const auto& [kind, bytes] : kinds) {
    text += (text.empty() ? "" : ";") + kind + "=" + base::to_hex(base::hash64(bytes));
  }
  return text;
}

}  // namespace cortado::app
