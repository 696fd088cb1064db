// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "test_client.h"

#include <array>
#include <cctype>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace cortado::dashboard::testing {
namespace {

constexpr int kWaitMs = 60'000;

int connect_to(const std::string& host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  const std::size_t colon = host.find(':');
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(host.substr(colon + 1))));
  ::inet_pton(AF_INET, host.substr(0, colon).c_str(), &address.sin_addr);
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    std::abort();
  return descriptor;
}

std::string host_of(const std::string& url) {
  const std::size_t start = url.find("//") + 2;
  return url.substr(start, url.find('/', start) - start);
}

HttpAnswer parse_head(const std::string& head) {
  HttpAnswer answer;
  answer.status = std::stoi(head.substr(head.find(' ') + 1));
  std::size_t line = head.find("\r\n") + 2;
  while (line < head.size()) {
    const std::size_t end = head.find("\r\n", line);
    const std::size_t colon = head.find(": ", line);
    std::string name = head.substr(line, colon - line);
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    answer.headers[name] = head.substr(colon + 2, end - colon - 2);
    line = end + 2;
  }
  return answer;
}

}  // namespace

TestClient::TestClient(const std::string& url)
    : descriptor_(connect_to(host_of(url))), host_(host_of(url)) {}

TestClient::~TestClient() { ::close(descriptor_); }

bool TestClient::send(const std::string& bytes) {
  return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

void TestClient::get(const std::string& path, const std::string& headers) {
  const std::string host =
      headers.find("Host:") == std::string::npos ? "Host: " + host_ + "\r\n" : "";
  send("GET " + path + " HTTP/1.1\r\n" + host + headers + "\r\n");
}

bool TestClient::read_more() {
  pollfd readable{.fd = descriptor_, .events = POLLIN, .revents = 0};
  if (::poll(&readable, 1, kWaitMs) <= 0) return false;
  std::array<char, 16'384> bytes{};
  const ssize_t size = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
  if (size <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(size));
  return true;
}

HttpAnswer TestClient::answer() {
  const std::string head = read_until("\r\n\r\n");
  const std::size_t end = head.find("\r\n\r\n");
  if (end == std::string::npos) return {};
  HttpAnswer answer = parse_head(head.substr(0, end + 2));
  const std::size_t length = std::stoul("0" + answer.headers["content-length"]);
  while (buffer_.size() < end + 4 + length && read_more()) {
  }
  answer.body = buffer_.substr(end + 4, length);
  buffer_.erase(0, end + 4 + length);
  return answer;
}

std::string TestClient::read_until(const std::string& text) {
  while (buffer_.find(text) == std::string::npos && read_more()) {
  }
  return buffer_;
}

bool TestClient::closed() {
  pollfd readable{.fd = descriptor_, .events = POLLIN, .revents = 0};
  while (::poll(&readable, 1, kWaitMs) > 0) {
    std::array<char, 16'384> bytes{};
    if (::recv(descriptor_, bytes.data(), bytes.size(), 0) <= 0) return true;
  }
  return false;
}

HttpAnswer fetch(const std::string& url, const std::string& path, const std::string& headers) {
  TestClient client(url);
  client.get(path, headers);
  return client.answer();
}

}  // namespace cortado::dashboard::testing
