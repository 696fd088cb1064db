// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "host_names.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <unistd.h>

namespace cortado::dashboard {
namespace {

std::string_view without_port(std::string_view host) {
  const auto colon = host.rfind(':');
  return colon == std::string_view::npos || host.ends_with(']') ? host : host.substr(0, colon);
}

bool is_ipv4(std::string_view host) {
  in_addr address{};
  return ::inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

bool is_ipv6(std::string_view host) {
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &address) == 1;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

}  // namespace

bool is_loopback_name(std::string_view host) {
  host = without_port(host);
  if (host == "localhost" || host == "[::1]") return true;
  // A name such as 127.evil.example is anybody's.
  return is_ipv4(host) && host.starts_with("127.");
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

HostNames::HostNames(std::string_view listen, const std::vector<std::string>& allowed,
                     std::string_view machine)
    : names_{"localhost", lower(without_port(listen)), lower(machine)} {
  for (const std::string& name : allowed) names_.push_back(lower(name));
  std::erase(names_, "");
}

bool HostNames::has(std::string_view host) const {
  host = without_port(host);
  if (is_ipv4(host) || is_ipv6(host)) return true;
  return std::find(names_.begin(), names_.end(), lower(host)) != names_.end();
}

}  // namespace cortado::dashboard
