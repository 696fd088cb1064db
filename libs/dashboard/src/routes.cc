// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "routes.h"

#include <algorithm>

#include "assets.h"
#include "cortado/base/option.h"

namespace cortado::dashboard {
namespace {

constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
constexpr std::size_t kSparkLimit = 500;

bool is_loopback_name(std::string_view host) {
  if (const auto colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']'))
    host = host.substr(0, colon);
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

HttpResponse plain(int status, std::string text) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

HttpResponse json(JsonWriter& out) {
  HttpResponse response;
  response.content_type = "application/json";
  response.body = out.take();
  return response;
}

HttpResponse problem(int status, std::string_view title, std::string_view detail) {
  JsonWriter out;
  out.begin_object().field("type", "about:blank").field("title", title).field("status", status);
  out.field("detail", detail).end_object();
  HttpResponse response = json(out);
  response.status = status;
  response.content_type = "application/problem+json";
  return response;
}

/// A whole number of the query from `low` to `high`; the default where there is none.
base::Result<std::size_t> number_of(const HttpRequest& request, const char* name, std::size_t value,
                                    std::size_t low, std::size_t high) {
  const auto text = request.query(name);
  if (!text) return value;
  const auto number = base::parse_integer(*text);
  if (number.ok() && *number >= static_cast<std::int64_t>(low) &&
      *number <= static_cast<std::int64_t>(high))
    return static_cast<std::size_t>(*number);
  return base::Error(base::ErrorCode::kInvalidArgument,
                     std::string(name) + " must be a whole number from " + std::to_string(low) +
                         " to " + std::to_string(high));
}

HttpResponse bad_request(const base::Error& error) {
  return problem(400, "Bad request", error.message());
}

}  // namespace

Routes::Routes(Board& board, Metrics& metrics, std::function<std::size_t()> open_streams)
    : board_(board),
      metrics_(metrics),
      open_streams_(std::move(open_streams)),
      loopback_(is_loopback_name(board.config.listen)) {}

HttpResponse Routes::answer(const HttpRequest& request) const {
  HttpResponse response =
      is_for_us(request)
          ? route(request)
          : problem(403, "Forbidden",
                    "this server listens on the local machine only, so it answers requests to "
                    "localhost and 127.0.0.1 alone; set http.listen to serve others");
  response.headers.emplace_back("Content-Security-Policy", kContentPolicy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  const bool cached =
      std::any_of(response.headers.begin(), response.headers.end(),
                  [](const auto& header) { return header.first == "Cache-Control"; });
  if (!cached) response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// A foreign site may point its own name at 127.0.0.1; its pages must not read ours.
bool Routes::is_for_us(const HttpRequest& request) const {
  const auto host = request.header("Host");
  return !loopback_ || !host || is_loopback_name(*host);
}

HttpResponse Routes::route(const HttpRequest& request) const {
  const std::string_view path = request.path();
  if (path == "/healthz") return plain(200, "ok\n");
  if (path == "/readyz") return ready();
  if (path == "/metrics") return metrics();
  if (path == "/events") return events(request);
  if (path == "/api/v1/info") return info();
  if (path == "/api/v1/devices") return devices(request);
  if (path == "/api/v1/series") return series(request);
  if (path == "/api/v1/batches") return batches(request);
  return asset(request);
}

HttpResponse Routes::ready() const {
  const std::lock_guard lock(board_.situation_mutex);
  if (board_.situation.ready) return plain(200, "ready\n");
  return plain(503, "not ready: " + board_.situation.reason + "\n");
}

HttpResponse Routes::metrics() const {
  metrics_.set_streams(open_streams_());
  HttpResponse response = plain(200, metrics_.text());
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  return response;
}

HttpResponse Routes::info() const {
  JsonWriter out;
  const std::lock_guard lock(board_.situation_mutex);
  write_info(out, board_.situation, board_.config);
  return json(out);
}

std::string Routes::cursor_now() const {
  const Version now = board_.model.version();
  return to_text(Cursor{now, now, now}, board_.server);
}

HttpResponse Routes::devices(const HttpRequest& request) const {
  const auto spark = number_of(request, "spark", 0, 0, kSparkLimit);
  if (!spark.ok()) return bad_request(spark.error());
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  out.begin_object().field("cursor", cursor_now()).key("totals");
  write_totals(out, board_.model);
  write_all_devices(out, board_.model, *spark);
  out.end_object();
  return json(out);
}

HttpResponse Routes::series(const HttpRequest& request) const {
  const auto history = static_cast<std::size_t>(board_.config.history);
  const auto limit = number_of(request, "limit", 500, 1, history);
  if (!limit.ok()) return bad_request(limit.error());
  const auto name = request.query("device");
  if (!name) return problem(400, "Bad request", "which device? add ?device=...");
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  const Device* device = board_.model.find(*name);
  if (device == nullptr)
    return problem(404, "Not found", "no record of this device has come; see /api/v1/devices");
  const auto since = parse_cursor(request.query("since").value_or(""), board_.server);
  out.begin_object().field("cursor", cursor_now());
  write_points(out, board_.model, *device, since ? since->points : 0, *limit);
  out.end_object();
  return json(out);
}

HttpResponse Routes::batches(const HttpRequest& request) const {
  const auto limit = number_of(request, "limit", 100, 1, ReadModel::kBatches);
  if (!limit.ok()) return bad_request(limit.error());
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  const auto since = parse_cursor(request.query("since").value_or(""), board_.server);
  out.begin_object().field("cursor", cursor_now());
  write_batches(out, board_.model, since ? since->batches : 0, *limit);
  out.end_object();
  return json(out);
}

HttpResponse Routes::events(const HttpRequest& request) const {
  const auto history = static_cast<std::size_t>(board_.config.history);
  const auto limit = number_of(request, "limit", 500, 1, history);
  if (!limit.ok()) return bad_request(limit.error());
  if (open_streams_() >= static_cast<std::size_t>(board_.config.max_streams)) {
    metrics_.count_refused_stream();
    HttpResponse full = problem(503, "Too many live streams",
                                "http.max_streams are open; close a page or raise the limit");
    full.headers.emplace_back("Retry-After", "5");
    return full;
  }
  StreamWish wish{.device = request.query("device").value_or(""),
                  .limit = *limit,
                  .resume = {},
                  .devices_from = {}};
  const auto resume = request.header("Last-Event-ID");
  wish.resume =
      parse_cursor(resume ? *resume : request.query("resume").value_or(""), board_.server);
  wish.devices_from = parse_cursor(request.query("since").value_or(""), board_.server);
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.headers = {{"X-Accel-Buffering", "no"}};
  response.stream = std::make_unique<LiveStream>(board_, std::move(wish));
  return response;
}

HttpResponse Routes::asset(const HttpRequest& request) const {
  const Asset* found = find_asset(request.path());
  if (found == nullptr) return problem(404, "Not found", "there is nothing at this address");
  HttpResponse response;
  const bool is_page = found->path == "/index.html";
  const bool hashed = found->path.starts_with("/assets/");
  response.headers = {
      {"ETag", std::string(found->etag)},
      {"Vary", "Accept-Encoding"},
      {"Cache-Control", hashed && !is_page ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (request.header("If-None-Match").value_or("") == found->etag) {
    response.status = 304;
    return response;
  }
  response.content_type = found->content_type;
  const bool packed =
      !found->gzip.empty() &&
      request.header("Accept-Encoding").value_or("").find("gzip") != std::string::npos;
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.constant_body = packed ? found->gzip : found->content;
  return response;
}

}  // namespace cortado::dashboard
