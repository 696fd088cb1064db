// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cortado/kafka/kafka_config.h"
#include "properties.h"

namespace cortado::kafka {
namespace {

/// A shorter part of a secret, such as the "on" of "flag=on", stands in ordinary text too.
constexpr std::size_t kShortestPart = 4;

// Of the groups that hold secrets only these are none, whatever later versions of librdkafka add.
constexpr std::array<std::string_view, 4> kGuardedGroups = {"sasl.", "ssl.", "https.", "http."};
constexpr std::array<std::string_view, 23> kOpen = {"sasl.mechanism",
                                                    "sasl.mechanisms",
                                                    "sasl.username",
                                                    "sasl.kerberos.service.name",
                                                    "sasl.kerberos.principal",
                                                    "sasl.kerberos.min.time.before.relogin",
                                                    "sasl.oauthbearer.method",
                                                    "sasl.oauthbearer.client.id",
                                                    "sasl.oauthbearer.scope",
                                                    "sasl.oauthbearer.token.endpoint.url",
                                                    "ssl.cipher.suites",
                                                    "ssl.curves.list",
                                                    "ssl.sigalgs.list",
                                                    "ssl.ca.location",
                                                    "ssl.ca.pem",
                                                    "ssl.ca.certificate.stores",
                                                    "ssl.certificate.location",
                                                    "ssl.certificate.pem",
                                                    "ssl.crl.location",
                                                    "ssl.engine.location",
                                                    "ssl.providers",
                                                    "ssl.endpoint.identification.algorithm",
                                                    "https.ca.location"};

bool contains_secret_word(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kWords = {"password", "secret", "jaas", "key"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
}

/// The value, and of a list of assignments ("principal=admin secret=x") each and what it assigns:
/// librdkafka quotes such a value from the place on that it does not understand.
void add_parts(const std::string& value, std::set<std::string>& parts) {
  parts.insert(value);
  std::size_t begin = 0;
  while (begin < value.size()) {
    const std::size_t end = std::min(value.find_first_of(" \t\r\n,;", begin), value.size());
    const std::string word = value.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) continue;
    parts.insert(word);
    if (word.size() - equals > kShortestPart) parts.insert(word.substr(equals + 1));
  }
}

}  // namespace

bool is_property(std::string_view name) {
  const auto& known = property_names();
  return std::binary_search(known.begin(), known.end(), name);
}

bool is_secret_property(std::string_view name) {
  if (!is_property(name)) return true;
  if (std::find(kOpen.begin(), kOpen.end(), name) != kOpen.end()) return false;
  const bool guarded = std::any_of(kGuardedGroups.begin(), kGuardedGroups.end(),
                                   [&](std::string_view group) { return name.starts_with(group); });
  return guarded || contains_secret_word(name);
}

std::string redact(const KafkaConfig& config, std::string text) {
  static constexpr std::string_view kMark = "[redacted]";
  std::set<std::string> parts;
  for (const auto& [name, value] : config.properties) {
    if (!value.empty() && is_secret_property(name)) add_parts(value, parts);
  }
  std::vector<std::string> longest_first(parts.begin(), parts.end());
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const auto& part : longest_first) {
    for (auto at = text.find(part); at != std::string::npos;
         at = text.find(part, at + kMark.size()))
      text.replace(at, part.size(), kMark);
  }
  return text;
}

}  // namespace cortado::kafka
