// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "views.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace cortado::dashboard {
namespace {

void write_spark(JsonWriter& out, const Device& device, std::size_t count) {
  const std::size_t size = device.points.size();
  out.begin_array();
  for (std::size_t i = size - std::min(size, count); i < size; ++i)
    out.number(device.points[i].value);
  out.end_array();
}

void write_last_anomaly(JsonWriter& out, const Device& device) {
  if (!device.last_anomaly) {
    out.null().null().null().null().null();
    return;
  }
  out.integer(device.last_anomaly->sequence);
  write_time(out, device.last_anomaly->time_ms);
  out.number(device.last_anomaly->anomaly);
  out.integer(static_cast<std::int64_t>(device.last_anomaly->version));
  out.number(device.last_anomaly->score);
}

void begin_devices(JsonWriter& out) {
  out.begin_table({"device",
                   "partition",
                   "offset",
                   "sequence",
                   "time",
                   "value",
                   "anomaly",
                   "score",
                   "status",
                   "reason",
                   "modelAge",
                   "records",
                   "alarms",
                   "lastAnomalySequence",
                   "lastAnomalyTime",
                   "lastAnomaly",
                   "lastAnomalyVersion",
                   "lastAnomalyScore",
                   "clipped",
                   "clippedShare",
                   "state",
                   "seen",
                   "silentAt",
                   "resident",
                   "modelBytes",
                   "spark"});
}

void write_device(JsonWriter& out, const DeviceView& view, const Device& device) {
  const Point& last = device.points.back();
  out.begin_array().text(device.name).integer(device.partition.get()).integer(device.offset.get());
  out.integer(last.sequence);
  write_time(out, last.time_ms);
  out.number(last.value).number(last.anomaly).number(last.score);
  out.text(to_text(last.status)).text(view.model.reason(last)).integer(last.model_age);
  out.integer(device.records).integer(device.alarms);
  write_last_anomaly(out, device);
  out.boolean(device.clipped).number(device.clipped_share);
  out.text(to_text(state_of(device, view.now_ms, view.silent_after))).integer(device.seen_ms);
  out.integer(silent_at(device, view.silent_after));
  if (device.resident) {
    out.boolean(*device.resident);
  } else {
    out.null();
  }
  out.integer(known(device.model_bytes));
  write_spark(out, device, view.spark);
  out.end_array();
}

void begin_points(JsonWriter& out, const Device& device) {
  out.field("device", device.name);
  out.begin_table({"sequence", "time", "value", "prediction", "error", "anomaly", "predictionNext",
                   "score", "expectedLow", "expectedHigh", "status", "reason", "modelAge"});
}

void write_point(JsonWriter& out, const ReadModel& model, const Point& point) {
  out.begin_array().integer(point.sequence);
  write_time(out, point.time_ms);
  for (const double number :
       {point.value, point.prediction, point.error, point.anomaly, point.prediction_next,
        point.score, point.expected_low, point.expected_high})
    out.number(number);
  out.text(to_text(point.status)).text(model.reason(point)).integer(point.model_age).end_array();
}

void write_anomaly(JsonWriter& out, const ReadModel& model, const AnomalyEntry& entry) {
  const Point& point = entry.point;
  out.begin_array().text(entry.device).integer(entry.partition.get());
  out.integer(entry.offset.get()).integer(point.sequence);
  write_time(out, point.time_ms);
  out.integer(entry.seen_ms);
  for (const double number : {point.value, point.prediction, point.expected_low,
                              point.expected_high, point.error, point.anomaly, point.score})
    out.number(number);
  out.text(model.reason(point)).integer(static_cast<std::int64_t>(entry.version)).end_array();
}

}  // namespace

void write_time(JsonWriter& out, std::int64_t time_ms) {
  if (time_ms == Point::kNoTime) {
    out.null();
  } else {
    out.integer(time_ms);
  }
}

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()) /
         1000;
}

std::string_view to_text(base::ScoreStatus status) {
  constexpr std::array<std::string_view, 4> kNames = {"warming", "ok", "alarm", "invalid"};
  return kNames[static_cast<std::size_t>(status)];
}

std::string to_text(const Cursor& cursor, std::string_view server) {
  return std::string(server) + "." + std::to_string(cursor.devices) + "." +
         std::to_string(cursor.points) + "." + std::to_string(cursor.batches);
}

std::optional<Cursor> parse_cursor(std::string_view text, std::string_view server) {
  if (!text.starts_with(server)) return std::nullopt;
  text.remove_prefix(server.size());
  Cursor cursor;
  for (Version* part : {&cursor.devices, &cursor.points, &cursor.batches}) {
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (code != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (!text.empty()) return std::nullopt;
  return cursor;
}

void write_devices(JsonWriter& out, const DeviceView& view, Version& after, std::size_t limit) {
  const auto& by_age = view.model.by_age();
  auto first = by_age.end();
  while (first != by_age.begin() && (*std::prev(first))->version() > after) --first;
  begin_devices(out);
  for (; first != by_age.end() && limit > 0; ++first, --limit) {
    write_device(out, view, **first);
    after = (*first)->version();
  }
  if (first == by_age.end()) after = view.model.version();
  out.end_array();
}

void write_devices(JsonWriter& out, const DeviceView& view,
                   const std::vector<const Device*>& devices) {
  begin_devices(out);
  for (const Device* device : devices) write_device(out, view, *device);
  out.end_array();
}

void write_points(JsonWriter& out, const ReadModel& model, const Device& device, Version after,
                  std::size_t limit) {
  const std::size_t size = device.points.size();
  const std::size_t first =
      std::max(first_after(device.points, after), size - std::min(size, limit));
  begin_points(out, device);
  for (std::size_t i = first; i < size; ++i) write_point(out, model, device.points[i]);
  out.end_array();
}

void write_points(JsonWriter& out, const ReadModel& model, const Device& device,
                  const std::vector<std::size_t>& chosen) {
  begin_points(out, device);
  for (const std::size_t i : chosen) write_point(out, model, device.points[i]);
  out.end_array();
}

void write_held(JsonWriter& out, const Device& device) {
  const Point& first = device.points[0];
  const Point& last = device.points.back();
  out.key("held").begin_object();
  out.field("points", static_cast<std::int64_t>(device.points.size()));
  out.field("firstSequence", first.sequence).field("lastSequence", last.sequence);
  out.key("firstTime");
  write_time(out, first.time_ms);
  out.key("lastTime");
  write_time(out, last.time_ms);
  out.end_object();
}

void write_batches(JsonWriter& out, const ReadModel& model, Version after, std::size_t limit) {
  const auto& batches = model.batches();
  const std::size_t size = batches.size();
  out.begin_table({"batch", "time", "inputRows", "schedulingDelay", "processingTime", "totalDelay",
                   "overrun", "poll", "score", "produce", "commit", "snapshot", "enriched",
                   "deadLetters", "ignored", "invalid", "alarms", "run"});
  for (std::size_t i = std::max(first_after(batches, after), size - std::min(size, limit));
       i < size; ++i) {
    const BatchRow& row = batches[i].row;
    out.begin_array().integer(row.batch).integer(row.time_ms).integer(row.input_rows);
    out.number(milliseconds(row.scheduling_delay)).number(milliseconds(row.processing_time));
    out.number(milliseconds(row.total_delay)).boolean(row.overrun);
    for (const auto stage : {row.poll, row.score, row.produce, row.commit, row.snapshot})
      out.number(milliseconds(stage));
    for (const auto count :
         {row.enriched, row.dead_letters, row.ignored, row.invalid, row.alarms, batches[i].run_ms})
      out.integer(count);
    out.end_array();
  }
  out.end_array();
}

void write_anomalies(JsonWriter& out, const ReadModel& model, Version after, std::size_t limit,
                     std::string_view device) {
  const auto& all = model.anomalies();
  std::vector<std::size_t> chosen;
  const std::size_t first = first_after(all, after);
  for (std::size_t i = all.size(); i-- > first && chosen.size() < limit;) {
    if (device.empty() || all[i].device == device) chosen.push_back(i);
  }
  out.begin_table({"device", "partition", "offset", "sequence", "time", "seen", "value",
                   "prediction", "expectedLow", "expectedHigh", "error", "anomaly", "score",
                   "reason", "version"});
  for (auto i = chosen.rbegin(); i != chosen.rend(); ++i) write_anomaly(out, model, all[*i]);
  out.end_array();
}

void write_totals(JsonWriter& out, const ReadModel& model,
                  const std::optional<StateCounts>& states) {
  const Totals& totals = model.totals();
  out.begin_object().field("records", totals.records).field("alarms", totals.alarms);
  out.field("invalid", totals.invalid).field("batches", totals.batches);
  out.field("overruns", totals.overruns).field("evicted", totals.evicted);
  out.field("devices", static_cast<std::int64_t>(model.devices().size()));
  if (states) {
    out.key("states").begin_object();
    for (std::size_t i = 0; i < kDeviceStates; ++i)
      out.field(to_text(static_cast<DeviceState>(i)), (*states)[i]);
    out.end_object();
  }
  out.end_object();
}

void write_info(JsonWriter& out, const Situation& situation, const HttpConfig& config,
                base::EpochMillis now_ms) {
  const DashboardFacts& facts = situation.facts;
  out.begin_object().field("version", facts.version).field("preset", facts.preset);
  out.field("inputTopic", facts.input_topic).field("outputTopic", facts.output_topic);
  out.field("role", facts.engine ? "detector" : "view");
  out.field("warmUp", facts.warm_up).key("threshold");
  out.number(facts.threshold.value_or(std::numeric_limits<double>::quiet_NaN()));
  out.field("batchInterval", facts.batch_interval.count());
  out.field("partitionsOwned", facts.partitions_owned);
  out.field("partitionsTotal", facts.partitions_total);
  out.field("history", config.history).field("heartbeat", config.heartbeat.count());
  out.field("refresh", config.refresh.count()).field("maxStreams", config.max_streams);
  out.field("started", situation.started_ms).field("now", now_ms);
  out.field("server", situation.server);
  out.key("ready").boolean(situation.ready).field("reason", situation.reason).end_object();
}

}  // namespace cortado::dashboard
