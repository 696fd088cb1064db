// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "api.h"

#include <algorithm>
#include <array>

#include "engine_views.h"
#include "series_query.h"

namespace cortado::dashboard {
namespace {

constexpr NumberRange kSpark = {0, 500};
/// Rows times sparkline values of one answer; the server's one thread must not write for long.
constexpr std::size_t kSparkValues = 500'000;
constexpr std::size_t kTextLimit = 200;
/// Of lists of devices.
constexpr NumberRange kLimits = {1, 100'000};
constexpr NumberRange kOffsets = {0, 10'000'000};
constexpr base::EpochMillis kDay = 86'400'000;

base::Error wrong(std::string message) {
  return base::Error(base::ErrorCode::kInvalidArgument, std::move(message));
}

base::Result<DeviceQuery> device_query_of(const HttpRequest& request) {
  DeviceQuery query;
  CORTADO_ASSIGN(query.device, text_of(request, "device", kDeviceNameLimit));
  CORTADO_ASSIGN(query.search, text_of(request, "search", kTextLimit));
  if (const auto name = request.query("state")) {
    query.state = device_state_of(*name);
    if (!query.state)
      return wrong("state must be alerting, silent, invalid, warming, evicted or ok");
  }
  const auto sort = device_sort_of(request.query("sort").value_or("name"));
  if (!sort) return wrong("sort must be name, lastAnomaly, state, score, seen or modelBytes");
  query.sort = *sort;
  CORTADO_ASSIGN(const auto limit, number_of(request, "limit", kLimits));
  if (limit) query.limit = static_cast<std::size_t>(*limit);
  CORTADO_ASSIGN(query.offset, number_of(request, "offset", 0, kOffsets));
  return query;
}

base::Result<FleetWish> fleet_wish_of(const HttpRequest& request) {
  FleetWish wish;
  CORTADO_ASSIGN(const std::size_t columns,
                 number_of(request, "columns", FleetRow::kColumns, {1, FleetRow::kColumns}));
  wish.columns = static_cast<std::int64_t>(columns);
  CORTADO_ASSIGN(const std::size_t step, number_of(request, "step", 1000, {1000, 600'000}));
  const auto& steps = FleetRow::kSteps;
  const auto found = std::find(steps.begin(), steps.end(), static_cast<std::int64_t>(step));
  if (found == steps.end()) return wrong("step must be 1000, 10000, 60000 or 600000");
  wish.level = static_cast<std::size_t>(found - steps.begin());
  CORTADO_ASSIGN(wish.since_ms, number_of(request, "since", NumberRange{0, kTimes.high}));
  CORTADO_ASSIGN(wish.until_ms, number_of(request, "until", NumberRange{0, kTimes.high}));
  CORTADO_ASSIGN(const auto roster, number_of(request, "roster", NumberRange{0, kExact}));
  if (roster) wish.roster = static_cast<std::uint64_t>(*roster);
  CORTADO_ASSIGN(wish.offset, number_of(request, "offset", 0, kOffsets));
  CORTADO_ASSIGN(const auto limit, number_of(request, "limit", kLimits));
  if (limit) wish.limit = static_cast<std::size_t>(*limit);
  CORTADO_ASSIGN(const auto rows, number_of(request, "rows", NumberRange{1, 10'000}));
  if (rows) wish.rows = static_cast<std::size_t>(*rows);
  CORTADO_ASSIGN(wish.device, text_of(request, "device", kDeviceNameLimit));
  return wish;
}

}  // namespace

std::optional<HttpResponse> Api::answer(std::string_view name, const HttpRequest& request) const {
  struct Route {
    std::string_view name;
    Answer (Api::*handler)(const HttpRequest&) const;
  };
  static constexpr std::array<Route, 11> kRoutes = {{{"info", &Api::info},
                                                     {"devices", &Api::devices},
                                                     {"series", &Api::series},
                                                     {"anomalies", &Api::anomalies},
                                                     {"fleet", &Api::fleet},
                                                     {"batches", &Api::batches},
                                                     {"timeline", &Api::timeline},
                                                     {"partitions", &Api::partitions},
                                                     {"engine", &Api::engine},
                                                     {"journal", &Api::journal},
                                                     {"explain", &Api::explain}}};
  const auto* route = std::find_if(kRoutes.begin(), kRoutes.end(),
                                   [name](const Route& one) { return one.name == name; });
  if (route == kRoutes.end()) return std::nullopt;
  Answer made = (this->*route->handler)(request);
  if (made.ok()) return std::move(made).value();
  if (made.error().code() != base::ErrorCode::kNotFound) return bad_request(made.error());
  return problem(404, "Not found", made.error().message());
}

std::string Api::cursor_now() const {
  const Version now = board_.model.version();
  return to_text(Cursor{now, now, now}, board_.server);
}

base::Result<Version> Api::since(const HttpRequest& request, Version Cursor::*part) const {
  CORTADO_ASSIGN(const std::string text, text_of(request, "since", kCursorLimit));
  const auto cursor = parse_cursor(text, board_.server);
  return cursor ? (*cursor).*part : Version{0};
}

Api::Answer Api::info(const HttpRequest&) const {
  JsonWriter out;
  const std::lock_guard lock(board_.situation_mutex);
  write_info(out, board_.situation, board_.config, board_.clock.now_ms());
  return json(out);
}

Api::Answer Api::devices(const HttpRequest& request) const {
  CORTADO_ASSIGN(const DeviceQuery query, device_query_of(request));
  CORTADO_ASSIGN(const std::size_t spark, number_of(request, "spark", 0, kSpark));
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  const DeviceView view = board_.view(spark);
  const DeviceList list = select_devices(board_.model, query, view.now_ms, view.silent_after);
  if (list.shown.size() * spark > kSparkValues)
    return wrong("spark times rows is too much for one answer; ask with a limit");
  out.begin_object().field("cursor", cursor_now()).key("totals");
  write_totals(out, board_.model, count_states(board_.model, view.now_ms, view.silent_after));
  out.field("matching", static_cast<std::int64_t>(list.matching));
  write_devices(out, view, list.shown);
  out.end_object();
  return json(out);
}

Api::Answer Api::series(const HttpRequest& request) const {
  CORTADO_ASSIGN(SeriesQuery query, series_query_of(request, board_.config));
  CORTADO_ASSIGN(query.after, since(request, &Cursor::points));
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  CORTADO_ASSIGN(const Device* device, find_device(board_.model, query.device));
  const SeriesChoice choice = choose(*device, query);
  out.begin_object().field("cursor", cursor_now());
  write_points(out, board_.model, *device, choice.points);
  out.key("decimated").boolean(choice.decimated);
  write_held(out, *device);
  out.end_object();
  return json(out);
}

Api::Answer Api::anomalies(const HttpRequest& request) const {
  CORTADO_ASSIGN(const std::size_t limit, number_of(request, "limit", 200, {1, 10'000}));
  CORTADO_ASSIGN(const std::string device, text_of(request, "device", kDeviceNameLimit));
  CORTADO_ASSIGN(const Version after, since(request, &Cursor::batches));
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  out.begin_object().field("cursor", cursor_now());
  write_anomalies(out, board_.model, after, limit, device);
  out.end_object();
  return json(out);
}

Api::Answer Api::fleet(const HttpRequest& request) const {
  CORTADO_ASSIGN(const FleetWish wish, fleet_wish_of(request));
  DeviceQuery query;
  CORTADO_ASSIGN(query.search, text_of(request, "search", kTextLimit));
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  const DeviceView view = board_.view(0);
  const auto devices = select_devices(board_.model, query, view.now_ms, view.silent_after).shown;
  write_fleet(out, board_.model, devices, wish);
  return json(out);
}

Api::Answer Api::batches(const HttpRequest& request) const {
  CORTADO_ASSIGN(const std::size_t limit,
                 number_of(request, "limit", 100, {1, ReadModel::kBatches}));
  CORTADO_ASSIGN(const Version after, since(request, &Cursor::batches));
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  out.begin_object().field("cursor", cursor_now());
  write_batches(out, board_.model, after, limit);
  write_active(out, board_.engine);
  out.end_object();
  return json(out);
}

Api::Answer Api::timeline(const HttpRequest& request) const {
  TimelineWish wish;
  CORTADO_ASSIGN(const auto from, number_of(request, "from", kTimes));
  CORTADO_ASSIGN(const auto to, number_of(request, "to", kTimes));
  CORTADO_ASSIGN(wish.points, number_of(request, "points", 300, {2, 2'000}));
  wish.to = to.value_or(board_.clock.now_ms());
  wish.from = from.value_or(wish.to - kDay);
  wish.to = std::max(wish.to, wish.from + 1);
  JsonWriter out;
  out.begin_object().field("batchInterval", board_.facts().batch_interval.count());
  const std::lock_guard lock(board_.mutex);
  write_timeline(out, board_.timeline, wish);
  out.end_object();
  return json(out);
}

Api::Answer Api::partitions(const HttpRequest&) const {
  const DashboardFacts facts = board_.facts();
  JsonWriter out;
  out.begin_object().field("owned", facts.partitions_owned).field("total", facts.partitions_total);
  const std::lock_guard lock(board_.mutex);
  write_partitions(out, board_.engine, board_.clock.now_ms());
  out.end_object();
  return json(out);
}

Api::Answer Api::engine(const HttpRequest&) const {
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  write_engine(out, board_);
  return json(out);
}

Api::Answer Api::journal(const HttpRequest& request) const {
  CORTADO_ASSIGN(const std::size_t limit,
                 number_of(request, "limit", 200, {1, EngineBoard::kJournal}));
  std::optional<JournalKind> kind;
  if (const auto name = request.query("kind")) {
    kind = journal_kind_of(*name);
    if (!kind)
      return wrong("kind must be start, rebalance, snapshot, dead_letter, error, ready or admin");
  }
  CORTADO_ASSIGN(const Version after, since(request, &Cursor::batches));
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  out.begin_object().field("cursor", cursor_now());
  write_journal(out, board_.engine, after, limit, kind);
  out.end_object();
  return json(out);
}

Api::Answer Api::explain(const HttpRequest& request) const {
  CORTADO_ASSIGN(const std::string name, device_name_of(request));
  CORTADO_ASSIGN(const auto sequence, number_of(request, "sequence", NumberRange{1, kExact}));
  const DashboardFacts facts = board_.facts();
  JsonWriter out;
  const std::lock_guard lock(board_.mutex);
  CORTADO_ASSIGN(const Device* device, find_device(board_.model, name));
  CORTADO_ASSIGN(const std::size_t i, find_point(*device, sequence));
  write_explanation(out, board_.model, *device, i, facts);
  return json(out);
}

}  // namespace cortado::dashboard
