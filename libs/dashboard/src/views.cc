// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include "views.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace cortado::dashboard {
namespace {

void write_columns(JsonWriter& out, std::initializer_list<std::string_view> names) {
  out.key("columns").begin_array();
  for (const auto name : names) out.text(name);
  out.end_array().key("rows").begin_array();
}

void write_time(JsonWriter& out, std::int64_t time_ms) {
  if (time_ms == Point::kNoTime) {
    out.null();
  } else {
    out.integer(time_ms);
  }
}

void write_spark(JsonWriter& out, const Device& device, std::size_t count) {
  const std::size_t size = device.points.size();
  out.begin_array();
  for (std::size_t i = size - std::min(size, count); i < size; ++i)
    out.number(device.points[i].value);
  out.end_array();
}

void write_last_anomaly(JsonWriter& out, const Device& device) {
  if (!device.last_anomaly) {
    out.null().null().null().null();
    return;
  }
  out.integer(device.last_anomaly->sequence);
  write_time(out, device.last_anomaly->time_ms);
  out.number(device.last_anomaly->anomaly);
  out.integer(static_cast<std::int64_t>(device.last_anomaly->version));
}

void write_device_columns(JsonWriter& out) {
  write_columns(out,
                {"device", "partition", "offset", "sequence", "time", "value", "anomaly", "score",
                 "status", "reason", "modelAge", "records", "alarms", "lastAnomalySequence",
                 "lastAnomalyTime", "lastAnomaly", "lastAnomalyVersion", "clipped", "spark"});
}

void write_device(JsonWriter& out, const ReadModel& model, const Device& device,
                  std::size_t spark) {
  const Point& last = device.points.back();
  out.begin_array().text(device.name).integer(device.partition.get()).integer(device.offset.get());
  out.integer(last.sequence);
  write_time(out, last.time_ms);
  out.number(last.value).number(last.anomaly).number(last.score);
  out.text(to_text(last.status)).text(model.reason(last)).integer(last.model_age);
  out.integer(device.records).integer(device.alarms);
  write_last_anomaly(out, device);
  out.boolean(device.clipped);
  write_spark(out, device, spark);
  out.end_array();
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

/// The first of the values newer than `after`; both are in the order of their versions.
template <typename T>
std::size_t first_after(const Ring<T>& ring, Version after) {
  std::size_t low = 0;
  std::size_t high = ring.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (ring[middle].version <= after) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()) /
         1000;
}

}  // namespace

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

void write_devices(JsonWriter& out, const ReadModel& model, Version& after, std::size_t spark,
                   std::size_t limit) {
  const auto& by_age = model.by_age();
  auto first = by_age.end();
  while (first != by_age.begin() && (*std::prev(first))->version() > after) --first;
  write_device_columns(out);
  for (; first != by_age.end() && limit > 0; ++first, --limit) {
    write_device(out, model, **first, spark);
    after = (*first)->version();
  }
  if (first == by_age.end()) after = model.version();
  out.end_array();
}

void write_all_devices(JsonWriter& out, const ReadModel& model, std::size_t spark) {
  write_device_columns(out);
  for (const auto& [name, device] : model.devices()) write_device(out, model, *device, spark);
  out.end_array();
}

void write_points(JsonWriter& out, const ReadModel& model, const Device& device, Version after,
                  std::size_t limit) {
  const std::size_t size = device.points.size();
  const std::size_t first =
      std::max(first_after(device.points, after), size - std::min(size, limit));
  out.field("device", device.name);
  write_columns(out,
                {"sequence", "time", "value", "prediction", "error", "anomaly", "predictionNext",
                 "score", "expectedLow", "expectedHigh", "status", "reason", "modelAge"});
  for (std::size_t i = first; i < size; ++i) write_point(out, model, device.points[i]);
  out.end_array();
}

void write_batches(JsonWriter& out, const ReadModel& model, Version after, std::size_t limit) {
  const auto& batches = model.batches();
  const std::size_t size = batches.size();
  write_columns(out, {"batch", "time", "inputRows", "schedulingDelay", "processingTime",
                      "totalDelay", "overrun"});
  for (std::size_t i = std::max(first_after(batches, after), size - std::min(size, limit));
       i < size; ++i) {
    const BatchRow& row = batches[i].row;
    out.begin_array().integer(row.batch).integer(row.time_ms).integer(row.input_rows);
    out.number(milliseconds(row.scheduling_delay)).number(milliseconds(row.processing_time));
    out.number(milliseconds(row.total_delay)).boolean(row.overrun).end_array();
  }
  out.end_array();
}

void write_totals(JsonWriter& out, const ReadModel& model) {
  const Totals& totals = model.totals();
  out.begin_object().field("records", totals.records).field("alarms", totals.alarms);
  out.field("invalid", totals.invalid).field("batches", totals.batches);
  out.field("overruns", totals.overruns).field("evicted", totals.evicted);
  out.field("devices", static_cast<std::int64_t>(model.devices().size())).end_object();
}

void write_info(JsonWriter& out, const Situation& situation, const HttpConfig& config) {
  const DashboardFacts& facts = situation.facts;
  out.begin_object().field("version", facts.version).field("preset", facts.preset);
  out.field("inputTopic", facts.input_topic).field("outputTopic", facts.output_topic);
  out.field("warmUp", facts.warm_up).field("batchInterval", facts.batch_interval.count());
  out.field("partitionsOwned", facts.partitions_owned);
  out.field("partitionsTotal", facts.partitions_total);
  out.field("history", config.history).field("heartbeat", config.heartbeat.count());
  out.field("started", situation.started_ms).field("server", situation.server);
  out.key("ready").boolean(situation.ready).field("reason", situation.reason).end_object();
}

}  // namespace cortado::dashboard
