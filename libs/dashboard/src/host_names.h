// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cortado::dashboard {

/// True for localhost and the addresses of the loopback interface, with a port or without.
bool is_loopback_name(std::string_view host);

/// Return this machine's name.
std::string machine_name();

/// Tells by which names a server is known, so that a foreign site cannot point a name of its own at
/// it and let a visitor's browser ask.
class HostNames {
 public:
  /// `listen` is the address that is served, `allowed` are further names, without ports.
  HostNames(std::string_view listen, const std::vector<std::string>& allowed,
            std::string_view machine);

  /// True if a Host header holds one of them, or a numeric address: nobody else can own that.
  bool has(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace cortado::dashboard
