// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "admin_routes.h"
#include "api.h"
#include "http_server.h"
#include "live_stream.h"
#include "metrics.h"

namespace cortado::dashboard {

/// Answers every path that we serve from the board, the metrics and the built page.
class Routes {
 public:
  /// `open_streams` tells how many streams are being served; all outlive the routes.
  Routes(Board& board, Metrics& metrics, AdminAccess admin,
         std::function<std::size_t()> open_streams);

  HttpResponse answer(const HttpRequest& request) const;
  /// What no GET or HEAD asks, judged by its headers: why it is refused, or none.
  std::optional<HttpResponse> refuse(const HttpRequest& request) const;

 private:
  HttpResponse route(const HttpRequest& request) const;
  std::optional<HttpResponse> judge(const HttpRequest& request) const;
  HttpResponse dressed(HttpResponse response) const;
  static void pack_if_taken(const HttpRequest& request, HttpResponse& response);
  HttpResponse ready() const;
  HttpResponse metrics() const;
  HttpResponse events(const HttpRequest& request) const;
  HttpResponse asset(const HttpRequest& request) const;
  HttpResponse embedded(const HttpRequest& request) const;
  bool is_for_us(const HttpRequest& request) const;

  Board& board_;
  const Api api_;
  const AdminRoutes admin_;
  Metrics& metrics_;
  const std::function<std::size_t()> open_streams_;
  const bool loopback_;
  const std::string content_policy_;
};

}  // namespace cortado::dashboard
