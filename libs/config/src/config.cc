// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/config/config.h"

#include <algorithm>
#include <array>

#include "loading.h"

namespace cortado::config {
namespace {

constexpr std::size_t kShortestRedacted = 4;
constexpr std::string_view kDefault = "default";

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// The path of the whole that a member or item belongs to, or "".
std::string_view parent_of(std::string_view path) {
  const std::size_t end = path.find_last_of(".[");
  return end == std::string_view::npos ? std::string_view() : path.substr(0, end);
}

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" :,"));
}

}  // namespace

std::string LoadedConfig::origin(std::string_view path) const {
  for (; !path.empty(); path = parent_of(path)) {
    const auto found = origins_.find(std::string(path));
    if (found != origins_.end()) return found->second;
  }
  return std::string(kDefault);
}

std::string LoadedConfig::locate(const std::string& message) const {
  const std::string_view key = first_word(message);
  const std::string_view rest = std::string_view(message).substr(key.size());
  const std::string_view member = rest.starts_with(": ") ? first_word(rest.substr(2)) : "";
  const std::string place = origin(std::string(key) + '.' + std::string(member));
  return place == kDefault ? message : place + ": " + message;
}

std::string LoadedConfig::redact(std::string text) const {
  std::vector<std::string> longest_first(secret_values_.begin(), secret_values_.end());
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const auto& value : longest_first) {
    if (value.size() < kShortestRedacted) continue;
    for (std::size_t at = text.find(value); at != std::string::npos;
         at = text.find(value, at + kRedacted.size())) {
      text.replace(at, value.size(), kRedacted);
    }
  }
  return text;
}

base::Result<LoadedConfig> load(const ConfigSources& sources, const base::Options& options) {
  return Loading(sources, options).run();
}

std::string environment_name(std::string_view path) {
  std::string name = "CORTADO_";
  for (const char c : path) name += c == '.' ? '_' : to_upper(c);
  return name;
}

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kWords = {"password", "secret", "jaas", "key"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

}  // namespace cortado::config
