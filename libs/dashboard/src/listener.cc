// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "listener.h"

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cortado/base/option.h"
#include "cortado/dashboard/http_config.h"

namespace cortado::dashboard {
namespace {

using base::Error;
using base::ErrorCode;
using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Error wrong(const std::string& listen, const std::string& why) {
  return Error(ErrorCode::kInvalidConfig,
               "http.listen \"" + listen + "\" " + why + "; write it as 127.0.0.1:8080");
}

base::Result<Addresses> resolve(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  if (colon == std::string::npos) return wrong(listen, "has no port");
  std::string host = listen.substr(0, colon);
  const std::string port = listen.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto number = base::parse_integer(port);
  if (host.empty() || !number.ok() || *number < 0 || *number > 65'535)
    return wrong(listen, "is no host:port");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (code != 0) return wrong(listen, std::string("has an unknown host: ") + ::gai_strerror(code));
  return Addresses(found, &::freeaddrinfo);
}

/// "http://host" or "https://host:port"; it goes into a header, so no other character may.
bool is_origin(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    return !text.empty() && text.find_first_not_of(
                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                ".:-*[]") == std::string_view::npos;
  }
  return false;
}

std::string name_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (::getsockname(descriptor, plain, &length) != 0 ||
      ::getnameinfo(plain, length, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
    return "";
  const std::string text = host.data();
  return (address.ss_family == AF_INET6 ? "[" + text + "]" : text) + ":" + port.data();
}

}  // namespace

base::Status validate(const HttpConfig& config) {
  CORTADO_TRY(resolve(config.listen));
  for (const auto& origin : config.frame_ancestors) {
    if (!is_origin(origin))
      return Error(ErrorCode::kInvalidConfig, "http.frame_ancestors: \"" + origin +
                                                  "\" is no origin; write it as "
                                                  "http://localhost:8890");
  }
  for (const auto& host : config.allowed_hosts) {
    if (host.empty() || host.find_first_of(":/ \t") != std::string::npos)
      return Error(ErrorCode::kInvalidConfig, "http.allowed_hosts: \"" + host +
                                                  "\" is no name; write it without scheme and "
                                                  "port, as cortado.example");
  }
  return {};
}

base::Result<Listener> Listener::open(const std::string& listen) {
  CORTADO_ASSIGN(const Addresses addresses, resolve(listen));
  const int descriptor =
      ::socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int yes = 1;
  if (descriptor >= 0 &&
      ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
      ::bind(descriptor, addresses->ai_addr, addresses->ai_addrlen) == 0 &&
      ::listen(descriptor, 128) == 0)
    return Listener(descriptor, name_of(descriptor));
  const std::string why = std::error_code(errno, std::generic_category()).message();
  if (descriptor >= 0) ::close(descriptor);
  return Error(ErrorCode::kUnavailable,
               "cannot serve the page on " + listen + ": " + why +
                   "; set http.listen to another port, 0 for any free one");
}

Listener::Listener(int descriptor, std::string address)
    : descriptor_(descriptor), address_(std::move(address)) {}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), address_(std::move(other.address_)) {}

Listener::~Listener() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int Listener::release() { return std::exchange(descriptor_, -1); }

}  // namespace cortado::dashboard
