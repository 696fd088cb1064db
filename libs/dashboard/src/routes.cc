// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "routes.h"

#include <algorithm>
#include <array>

#include "assets.h"
#include "cortado/base/option.h"
#include "host_names.h"
#include "packing.h"
#include "series_query.h"

namespace cortado::dashboard {
namespace {

constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ";
constexpr std::string_view kApi = "/api/v1/";

std::string content_policy(const std::vector<std::string>& ancestors) {
  std::string policy(kContentPolicy);
  if (ancestors.empty()) return policy + "'none'";
  policy += "'self'";
  for (const auto& origin : ancestors) policy += " " + origin;
  return policy;
}

/// As a fragment of an address may have it.
std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out.append("%").append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
    }
  }
  return out;
}

HttpResponse not_for_us() {
  return problem(403, "Forbidden",
                 "this server listens on the local machine only, so it answers requests to "
                 "localhost and 127.0.0.1 alone; set http.listen to serve others");
}

HttpResponse not_allowed(const std::string& allowed) {
  HttpResponse refusal =
      problem(405, "Method not allowed", "this address takes no other methods than " + allowed);
  refusal.headers.emplace_back("Allow", allowed);
  return refusal;
}

/// A body is read whole before it is looked at, so that its length is to be told and small.
std::optional<HttpResponse> refuse_length(const HttpRequest& request) {
  const auto length = base::parse_integer(request.header("Content-Length").value_or(""));
  if (!length.ok() || *length < 0 || request.header("Transfer-Encoding"))
    return problem(411, "Length required", "send the body's length as Content-Length");
  if (static_cast<std::size_t>(*length) <= HttpServer::kLargestBody) return std::nullopt;
  return problem(413, "Too large",
                 "a body has at most " + std::to_string(HttpServer::kLargestBody) + " bytes");
}

/// An answer made by others, with what every answer carries.
class Dressed final : public LaterAnswer {
 public:
  Dressed(std::unique_ptr<LaterAnswer> inner, std::function<HttpResponse(HttpResponse)> dress)
      : inner_(std::move(inner)), dress_(std::move(dress)) {}
  bool ready() const override { return inner_->ready(); }
  HttpResponse take() override { return dress_(inner_->take()); }

 private:
  std::unique_ptr<LaterAnswer> inner_;
  std::function<HttpResponse(HttpResponse)> dress_;
};

/// Parts of an update that `parts` may name.
constexpr std::array<std::pair<std::string_view, bool StreamWish::*>, 5> kParts = {
    {{"devices", &StreamWish::devices},
     {"batches", &StreamWish::batches},
     {"anomalies", &StreamWish::anomalies},
     {"partitions", &StreamWish::partitions},
     {"engine", &StreamWish::engine}}};

base::Status read_parts(std::string_view text, StreamWish& wish) {
  for (const auto& [name, flag] : kParts) wish.*flag = false;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto* part = std::find_if(kParts.begin(), kParts.end(),
                                    [word](const auto& one) { return one.first == word; });
    if (part == kParts.end())
      return base::Error(base::ErrorCode::kInvalidArgument,
                         "parts may name devices, batches, anomalies, partitions and engine");
    wish.*part->second = true;
  }
  return {};
}

base::Result<StreamWish> stream_wish_of(const HttpRequest& request, const Board& board) {
  StreamWish wish;
  CORTADO_ASSIGN(wish.device, text_of(request, "device", kDeviceNameLimit));
  CORTADO_ASSIGN(wish.limit, number_of(request, "limit", 500, NumberRange{1, 100'000}));
  CORTADO_ASSIGN(const std::size_t every, number_of(request, "every", 0, NumberRange{0, 60'000}));
  wish.every = std::chrono::milliseconds(every);
  if (const auto parts = request.query("parts")) CORTADO_TRY(read_parts(*parts, wish));
  CORTADO_ASSIGN(const std::string resume, text_of(request, "resume", kCursorLimit));
  CORTADO_ASSIGN(const std::string since, text_of(request, "since", kCursorLimit));
  wish.resume = parse_cursor(request.header("Last-Event-ID").value_or(resume), board.server);
  wish.devices_from = parse_cursor(since, board.server);
  return wish;
}

}  // namespace

Routes::Routes(Board& board, Metrics& metrics, AdminAccess admin,
               std::function<std::size_t()> open_streams)
    : board_(board),
      api_(board),
      admin_(board, std::move(admin)),
      metrics_(metrics),
      open_streams_(std::move(open_streams)),
      loopback_(is_loopback_name(board.config.listen)),
      content_policy_(content_policy(board.config.frame_ancestors)) {}

HttpResponse Routes::answer(const HttpRequest& request) const {
  HttpResponse response = is_for_us(request) ? route(request) : not_for_us();
  if (response.later) {
    response.later = std::make_unique<Dressed>(
        std::move(response.later), [this](HttpResponse made) { return dressed(std::move(made)); });
    return response;
  }
  response = dressed(std::move(response));
  pack_if_taken(request, response);
  return response;
}

/// Assets are packed already, and answer for themselves.
void Routes::pack_if_taken(const HttpRequest& request, HttpResponse& response) {
  if (response.constant_body || response.status == 304) return;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (takes_gzip(request.header("Accept-Encoding").value_or(""))) pack(response);
}

std::optional<HttpResponse> Routes::refuse(const HttpRequest& request) const {
  auto refusal = judge(request);
  if (refusal) refusal = dressed(std::move(*refusal));
  return refusal;
}

std::optional<HttpResponse> Routes::judge(const HttpRequest& request) const {
  if (!is_for_us(request)) return not_for_us();
  if (!admin_.has(request.path())) {
    return request.path().starts_with(AdminRoutes::kPrefix)
               ? problem(404, "Not found", "set http.admin_token_file to have such addresses")
               : not_allowed("GET, HEAD");
  }
  if (request.method() != "POST") return not_allowed("POST");
  if (auto refusal = admin_.refuse(request)) return refusal;
  return refuse_length(request);
}

/// Add what every answer carries.
HttpResponse Routes::dressed(HttpResponse response) const {
  response.headers.emplace_back("Content-Security-Policy", content_policy_);
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
  if (admin_.has(path))
    return request.method() == "POST" ? admin_.answer(request) : not_allowed("POST");
  if (path == "/healthz") return plain(200, "ok\n");
  if (path == "/readyz") return ready();
  if (path == "/metrics") return metrics();
  if (path == "/events") return events(request);
  if (path.starts_with(kApi)) {
    if (auto answer = api_.answer(path.substr(kApi.size()), request)) return std::move(*answer);
    return problem(404, "Not found", "there is nothing at this address; see docs/openapi.yaml");
  }
  if (path == "/embed/original") return embedded(request);
  return asset(request);
}

/// The original's four charts of a device, to be shown in a frame: a place of the page.
HttpResponse Routes::embedded(const HttpRequest& request) const {
  const auto device = device_name_of(request);
  if (!device.ok()) return bad_request(device.error());
  HttpResponse response = plain(302, "the page shows it\n");
  response.headers = {
      {"Location", "../?embed=original#charts=original&device=" + percent_encoded(*device)}};
  return response;
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

HttpResponse Routes::events(const HttpRequest& request) const {
  auto wish = stream_wish_of(request, board_);
  if (!wish.ok()) return bad_request(wish.error());
  if (open_streams_() >= static_cast<std::size_t>(board_.config.max_streams)) {
    metrics_.count_refused_stream();
    HttpResponse full = problem(503, "Too many live streams",
                                "http.max_streams are open; close a page or raise the limit");
    full.headers.emplace_back("Retry-After", "5");
    return full;
  }
  HttpResponse response;
  response.content_type = "text/event-stream";
  response.headers = {{"X-Accel-Buffering", "no"}};
  response.stream = std::make_unique<LiveStream>(board_, std::move(wish).value());
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
      !found->gzip.empty() && takes_gzip(request.header("Accept-Encoding").value_or(""));
  if (packed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.constant_body = packed ? found->gzip : found->content;
  return response;
}

}  // namespace cortado::dashboard
