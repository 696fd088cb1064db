// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "http_server.h"

struct MHD_Connection;

namespace cortado::dashboard {

/// A request as libmicrohttpd has it; a view of it and of its body.
class MhdRequest final : public HttpRequest {
 public:
  MhdRequest(MHD_Connection* connection, const char* method, const char* url,
             std::string_view body = {})
      : connection_(connection), method_(method), url_(url), body_(body) {}

  std::string_view method() const override { return method_; }
  std::string_view path() const override { return url_; }
  std::optional<std::string> query(const char* name) const override;
  std::optional<std::string> header(const char* name) const override;
  std::string_view body() const override { return body_; }
  /// True if it only reads.
  bool reads() const { return method_ == "GET" || method_ == "HEAD"; }

 private:
  MHD_Connection* connection_;
  std::string_view method_;
  std::string_view url_;
  std::string_view body_;
};

}  // namespace cortado::dashboard
