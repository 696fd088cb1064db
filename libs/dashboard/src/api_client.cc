// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "cortado/dashboard/api_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "cortado/base/option.h"

namespace cortado::dashboard {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kLargestAnswer = 64U << 20;

/// An open socket.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error unreachable(const std::string& address, const std::string& why) {
  return Error(ErrorCode::kUnavailable, "http://" + address + " does not answer (" + why +
                                            "); is cortado running there, and is http.listen this "
                                            "address?");
}

base::Result<Socket> connect(const std::string& address, std::chrono::seconds patience) {
  const timeval wait{.tv_sec = static_cast<time_t>(patience.count()), .tv_usec = 0};
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = address.substr(address.rfind(':') + 1);
  if (const int code = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0)
    return unreachable(address, ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
  int error = 0;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    Socket socket(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol));
    if (socket.get() < 0) continue;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait));
    if (::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) return socket;
    error = errno;
  }
  return unreachable(address, std::generic_category().message(error));
}

base::Status send_all(const Socket& socket, std::string_view bytes, const std::string& address) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return unreachable(address, std::generic_category().message(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

/// Everything until the server closes.
base::Result<std::string> read_all(const Socket& socket, const std::string& address) {
  std::string answer;
  std::array<char, 16'384> block{};
  while (answer.size() < kLargestAnswer) {
    const ssize_t size = ::recv(socket.get(), block.data(), block.size(), 0);
    if (size == 0) return answer;
    if (size < 0) return unreachable(address, std::generic_category().message(errno));
    answer.append(block.data(), static_cast<std::size_t>(size));
  }
  return Error(ErrorCode::kCorrupt, "the answer of http://" + address + " has no end");
}

/// What a status other than 200 means, in the server's own words where it has some.
Error refused(int status, std::string_view body) {
  const auto said = JsonValue::parse(body);
  const std::string detail = said.ok() ? (*said)["detail"].text() : std::string();
  const ErrorCode code = status == 404                    ? ErrorCode::kNotFound
                         : status == 503                  ? ErrorCode::kUnavailable
                         : status == 401 || status == 403 ? ErrorCode::kDenied
                                                          : ErrorCode::kInvalidArgument;
  return Error(code, detail.empty() ? "the server answers " + std::to_string(status) : detail);
}

}  // namespace

ApiTable::ApiTable(const JsonValue& answer) : answer_(answer) {
  for (const JsonValue& name : answer_["columns"].items()) columns_.push_back(name.text());
}

bool ApiTable::has(std::string_view column) const {
  return std::find(columns_.begin(), columns_.end(), column) != columns_.end();
}

const JsonValue& ApiTable::at(std::size_t row, std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  return answer_["rows"][row][static_cast<std::size_t>(found - columns_.begin())];
}

base::Result<ApiClient> ApiClient::create(std::string_view url) {
  const Error wrong(ErrorCode::kInvalidConfig, "\"" + std::string(url) +
                                                   "\" is no address of a page; write it as "
                                                   "http://127.0.0.1:8080");
  if (url.starts_with("http://")) url.remove_prefix(7);
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t colon = url.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || url.find('/') != std::string_view::npos)
    return wrong;
  const auto port = base::parse_integer(url.substr(colon + 1));
  if (!port.ok() || *port < 1 || *port > 65'535) return wrong;
  return ApiClient(std::string(url));
}

base::Result<JsonValue> ApiClient::get(const std::string& path) const {
  return ask("GET " + path + " HTTP/1.1\r\nHost: " + address_ +
                 "\r\nConnection: close\r\nAccept: application/json\r\n\r\n",
             kPatience);
}

base::Result<JsonValue> ApiClient::post(const std::string& path, const std::string& body,
                                        const std::string& token,
                                        std::chrono::seconds patience) const {
  return ask("POST " + path + " HTTP/1.1\r\nHost: " + address_ +
                 "\r\nConnection: close\r\nAuthorization: Bearer " + token +
                 "\r\nContent-Type: application/json\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body,
             patience);
}

base::Result<JsonValue> ApiClient::ask(const std::string& request,
                                       std::chrono::seconds patience) const {
  CORTADO_ASSIGN(const Socket socket, connect(address_, patience));
  CORTADO_TRY(send_all(socket, request, address_));
  CORTADO_ASSIGN(const std::string answer, read_all(socket, address_));
  const std::size_t body = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.1 ") || body == std::string::npos)
    return Error(ErrorCode::kCorrupt, "http://" + address_ + " does not speak HTTP");
  const auto status = base::parse_integer(std::string_view(answer).substr(9, 3));
  const std::string_view content = std::string_view(answer).substr(body + 4);
  if (!status.ok() || *status < 200 || *status > 299)
    return refused(status.ok() ? static_cast<int>(*status) : 0, content);
  return JsonValue::parse(content);
}

}  // namespace cortado::dashboard
