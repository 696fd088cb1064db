// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace cortado::dashboard::testing {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< by lower-case name
  std::string body;
};

/// A plain TCP client that does what a test tells it, stalling included.
class TestClient {
 public:
  /// Connect to "http://127.0.0.1:port/". Aborts the test program if nobody listens.
  explicit TestClient(const std::string& url);
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;
  ~TestClient();

  /// Send bytes as they are; false if the other side has gone.
  bool send(const std::string& bytes);
  /// Send a GET with these further header lines ("Name: value\r\n" each).
  void get(const std::string& path, const std::string& headers = "");
  /// Read one answer with a Content-Length; status 0 if the other side left or nothing came.
  HttpAnswer answer();
  /// Read until the text has come; returns all read so far, also if the other side left before.
  std::string read_until(const std::string& text);
  /// True if the other side closed within the wait of a minute.
  bool closed();

 private:
  bool read_more();

  int descriptor_;
  std::string host_;
  std::string buffer_;
};

/// One GET on a connection of its own.
HttpAnswer fetch(const std::string& url, const std::string& path, const std::string& headers = "");

}  // namespace cortado::dashboard::testing
