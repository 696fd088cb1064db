// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cortado/base/result.h"

namespace cortado::dashboard {

/// A request; valid during the call only.
class HttpRequest {
 public:
  virtual ~HttpRequest() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view path() const = 0;
  virtual std::optional<std::string> query(const char* name) const = 0;
  virtual std::optional<std::string> header(const char* name) const = 0;
  /// Of a POST, once it has been read.
  virtual std::string_view body() const = 0;
};

/// Text that goes to one client bit by bit.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Return true if next() would return something.
  virtual bool has_news() const = 0;
  /// Return what to send now; empty = nothing. On the thread that calls HttpServer::wake(), only
  /// after the client took what was returned before: a slow client holds one such text, no more.
  virtual std::string next() = 0;
};

struct HttpResponse;

/// An answer that others make.
class LaterAnswer {
 public:
  virtual ~LaterAnswer() = default;
  /// Any thread.
  virtual bool ready() const = 0;
  /// Precondition: ready().
  virtual HttpResponse take() = 0;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;
  std::string body;
  /// Sent instead of `body` if set; lives as long as the program.
  std::optional<std::string_view> constant_body;
  /// Sent instead of a body if set, until the client or the server leaves.
  std::unique_ptr<EventStream> stream;
  /// Answered instead if set, once wake() finds it ready; until then the client waits.
  std::unique_ptr<LaterAnswer> later;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers requests; called on the server's one thread.
struct HttpHandler {
  std::function<HttpResponse(const HttpRequest&)> answer;
  /// Judge a POST by its headers, before a byte of its body is read: why it is refused, or none.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> refuse;
};

/// An event-driven HTTP/1.1 server on one thread: a client that stalls costs a socket and a buffer,
/// never a thread. Silent clients are dropped after a while, and who sends a body beyond
/// kLargestBody.
class HttpServer {
 public:
  static constexpr std::size_t kLargestBody = 4096;

  /// Listen on "host:port"; nothing is answered yet. **Errors:** kInvalidConfig, kUnavailable.
  static base::Result<std::unique_ptr<HttpServer>> create(const std::string& listen);
  virtual ~HttpServer() = default;
  /// Answer from now on, once; at most `max_connections` at once, of which the handler gives away
  /// streams as it sees fit. `hungry` is called on the server's thread when a stream that has news
  /// waits for wake(). **Errors:** kUnavailable.
  virtual base::Status start(unsigned max_connections, HttpHandler handler,
                             std::function<void()> hungry) = 0;
  /// Return "host:port" with the real port.
  virtual std::string address() const = 0;
  virtual std::size_t streams() const = 0;
  /// Go on with every answer that is ready, and every waiting stream that has news, whose next text
  /// is made here and not on the server's thread, so that probes never wait for it. One thread, not
  /// a handler's.
  virtual void wake() = 0;
  /// End the streams, drop the clients, join the thread. wake() must not run beside it.
  virtual void stop() = 0;
};

}  // namespace cortado::dashboard
