// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "admin_routes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <utility>

#include <strings.h>

#include "cortado/base/log.h"
#include "cortado/dashboard/json_value.h"
#include "engine_board.h"

namespace cortado::dashboard {
namespace {

constexpr std::array<std::string_view, 3> kActions = {"pause", "resume", "snapshot"};
constexpr double kLongestWait = 600'000;
constexpr std::string_view kBearer = "bearer ";

std::optional<AdminAction> action_of(std::string_view path) {
  if (!path.starts_with(AdminRoutes::kPrefix)) return std::nullopt;
  path.remove_prefix(AdminRoutes::kPrefix.size());
  const auto* const found = std::find(kActions.begin(), kActions.end(), path);
  if (found == kActions.end()) return std::nullopt;
  return static_cast<AdminAction>(found - kActions.begin());
}

/// True for a page of our own, and for programs, which name no origin.
bool is_same_origin(const HttpRequest& request) {
  const auto site = request.header("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none") return false;
  const auto origin = request.header("Origin");
  if (!origin) return true;
  const std::string host = request.header("Host").value_or("");
  return *origin == "http://" + host || *origin == "https://" + host;
}

bool is_json(const HttpRequest& request) {
  std::string type = request.header("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return type == "application/json";
}

base::Error wrong(const std::string& message) {
  return {base::ErrorCode::kInvalidArgument, message};
}

/// A whole number of the body; none where it is left out.
base::Result<std::optional<double>> number_in(const JsonValue& body, std::string_view name,
                                              double high) {
  const auto& names = body.names();
  if (std::find(names.begin(), names.end(), name) == names.end()) return std::optional<double>();
  const JsonValue& value = body[name];
  const double number = value.number(-1);
  if (value.kind() == JsonValue::Kind::kNumber && number >= 0 && number <= high &&
      std::floor(number) == number)
    return std::optional<double>(number);
  return wrong(std::string(name) + " must be a whole number from 0 to " +
               std::to_string(static_cast<std::int64_t>(high)));
}

base::Result<AdminRequest> read_body(AdminAction action, std::string_view text) {
  const auto body = JsonValue::parse(text);
  if (!body.ok() || body->kind() != JsonValue::Kind::kObject)
    return wrong("the body must be a JSON object, such as {} or {\"partition\": 3}");
  for (const std::string& name : body->names()) {
    const bool known = name == "partition" || (name == "wait" && action == AdminAction::kSnapshot);
    if (!known) return wrong("the body has an unknown field \"" + name + "\"");
  }
  AdminRequest request{.action = action};
  CORTADO_ASSIGN(const auto partition, number_in(*body, "partition", INT32_MAX));
  if (partition) request.partition = base::Partition(static_cast<std::int32_t>(*partition));
  CORTADO_ASSIGN(const auto wait, number_in(*body, "wait", kLongestWait));
  if (wait) request.wait = std::chrono::milliseconds(static_cast<std::int64_t>(*wait));
  return request;
}

HttpResponse refusal(const base::Error& error) {
  switch (error.code()) {
    case base::ErrorCode::kNotFound:
      return problem(404, "Not found", error.message());
    case base::ErrorCode::kInvalidArgument:
      return bad_request(error);
    case base::ErrorCode::kUnsupported:
      return problem(409, "Conflict", error.message());
    default:
      return problem(503, "Not done", error.message());
  }
}

HttpResponse answer_of(AdminAction action, const AdminAnswer& answer) {
  if (!answer.ok()) return refusal(answer.error());
  const bool snapshot = action == AdminAction::kSnapshot;
  const bool durable = std::all_of(answer->begin(), answer->end(),
                                   [](const AdminLane& lane) { return lane.durable; });
  JsonWriter out;
  out.begin_object().field("action", to_text(action));
  if (snapshot) out.key("durable").boolean(durable);
  if (snapshot) {
    out.begin_table({"partition", "state", "reason", "nextOffset", "durable", "devices", "bytes"});
  } else {
    out.begin_table({"partition", "state", "reason", "nextOffset"});
  }
  for (const AdminLane& lane : *answer) {
    out.begin_array().integer(lane.partition.get()).text(to_text(lane.state)).text(lane.reason);
    out.integer(lane.next_offset.get());
    if (snapshot) out.boolean(lane.durable).integer(lane.devices).integer(lane.bytes);
    out.end_array();
  }
  out.end_array().end_object();
  HttpResponse response = json(out);
  response.status = snapshot && !durable ? 202 : 200;
  return response;
}

/// Filled by whoever does it, read by the server.
class Pending final : public LaterAnswer {
 public:
  struct Slot {
    std::mutex mutex;
    std::optional<AdminAnswer> answer;  ///< guarded by mutex
  };

  Pending(AdminAction action, std::shared_ptr<Slot> slot)
      : action_(action), slot_(std::move(slot)) {}
  bool ready() const override {
    const std::lock_guard lock(slot_->mutex);
    return slot_->answer.has_value();
  }
  HttpResponse take() override {
    const std::lock_guard lock(slot_->mutex);
    return answer_of(action_, *slot_->answer);
  }

 private:
  AdminAction action_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace

std::string_view to_text(AdminAction action) { return kActions[static_cast<std::size_t>(action)]; }

base::Result<std::string> parse_admin_token(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(first);
  text.remove_suffix(text.size() - std::min(text.find_last_not_of(kSpace) + 1, text.size()));
  const bool visible =
      std::all_of(text.begin(), text.end(), [](char c) { return c > 32 && c < 127; });
  if (visible && text.size() >= 16 && text.size() <= 1024) return std::string(text);
  return base::Error(base::ErrorCode::kInvalidConfig,
                     "http.admin_token_file must hold 16 to 1,024 visible characters; "
                     "make one with: openssl rand -hex 32");
}

bool equal_in_constant_time(std::string_view expected, std::string_view given) {
  std::size_t different = expected.size() ^ given.size();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const char other = expected.empty() ? '\0' : expected[i % expected.size()];
    different |= static_cast<unsigned char>(given[i] ^ other);
  }
  return different == 0;
}

bool AdminRoutes::has(std::string_view path) const { return open() && action_of(path).has_value(); }

bool AdminRoutes::knows_token(const HttpRequest& request) const {
  const std::string given = request.header("Authorization").value_or("");
  // The scheme is a word in any case (RFC 9110, section 11.1).
  return ::strncasecmp(given.c_str(), kBearer.data(), kBearer.size()) == 0 &&
         equal_in_constant_time(access_.token, std::string_view(given).substr(kBearer.size()));
}

std::optional<HttpResponse> AdminRoutes::refuse(const HttpRequest& request) const {
  const std::string host = request.header("Host").value_or("");
  if (!hosts_.has(host))
    return problem(403, "Forbidden",
                   "this server does not know itself by the name \"" + host +
                       "\": ask it by its address or its machine's name, or add the name to "
                       "http.allowed_hosts");
  if (!is_same_origin(request))
    return problem(403, "Forbidden", "pages of other origins may not ask for this");
  if (!knows_token(request)) {
    HttpResponse response = problem(401, "Unauthorized",
                                    "send the header Authorization: Bearer TOKEN with the token of "
                                    "http.admin_token_file");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
  }
  if (!is_json(request))
    return problem(415, "Unsupported media type", "send Content-Type: application/json");
  return std::nullopt;
}

HttpResponse AdminRoutes::answer(const HttpRequest& request) const {
  const AdminAction action = *action_of(request.path());
  const auto wish = read_body(action, request.body());
  if (!wish.ok()) return bad_request(wish.error());
  tell(*wish);
  auto slot = std::make_shared<Pending::Slot>();
  access_.actions->ask(*wish, [slot](AdminAnswer answer) {
    const std::lock_guard lock(slot->mutex);
    slot->answer = std::move(answer);
  });
  HttpResponse response;
  response.later = std::make_unique<Pending>(action, std::move(slot));
  return response;
}

/// Who looks at the page or the log later is to see that somebody asked for it.
void AdminRoutes::tell(const AdminRequest& request) const {
  const std::string text = std::string(to_text(request.action)) + " asked for over HTTP";
  base::log_info("dashboard", text,
                 {{"partition", request.partition ? std::to_string(request.partition->get())
                                                  : std::string("all")}});
  const std::lock_guard lock(board_.mutex);
  board_.engine.add(JournalRow{.time_ms = board_.clock.now_ms(),
                               .kind = JournalKind::kAdmin,
                               .partition = request.partition,
                               .message = text},
                    board_.model.advance());
  ++board_.changes;
}

}  // namespace cortado::dashboard
