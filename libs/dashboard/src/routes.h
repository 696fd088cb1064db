// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "http_server.h"
#include "live_stream.h"
#include "metrics.h"

namespace cortado::dashboard {

/// Answers every path that we serve from the board, the metrics and the built page.
class Routes {
 public:
  /// `open_streams` tells how many streams are being served; all outlive the routes.
  Routes(Board& board, Metrics& metrics, std::function<std::size_t()> open_streams);

  HttpResponse answer(const HttpRequest& request) const;

 private:
  HttpResponse route(const HttpRequest& request) const;
  HttpResponse ready() const;
  HttpResponse metrics() const;
  HttpResponse info() const;
  HttpResponse devices(const HttpRequest& request) const;
  HttpResponse series(const HttpRequest& request) const;
  HttpResponse batches(const HttpRequest& request) const;
  HttpResponse events(const HttpRequest& request) const;
  HttpResponse asset(const HttpRequest& request) const;
  bool is_for_us(const HttpRequest& request) const;
  std::string cursor_now() const;

  Board& board_;
  Metrics& metrics_;
  const std::function<std::size_t()> open_streams_;
  const bool loopback_;
};

}  // namespace cortado::dashboard
