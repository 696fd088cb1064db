// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "engine_views.h"

namespace cortado::dashboard {
namespace {

double height(const Point& point) { return std::isnan(point.score) ? point.anomaly : point.score; }

/// The point's place by score among what is held; null where it has none.
void write_rank(JsonWriter& out, const Device& device, const Point& point) {
  const double own = height(point);
  if (std::isnan(own)) {
    out.null();
    return;
  }
  std::int64_t higher = 0;
  std::int64_t of = 0;
  for (std::size_t i = 0; i < device.points.size(); ++i) {
    // A score and a raw anomaly are not on one scale.
    const Point& other = device.points[i];
    if (std::isnan(point.score) != std::isnan(other.score) || std::isnan(height(other))) continue;
    ++of;
    if (height(other) > own) ++higher;
  }
  out.begin_object().field("place", higher + 1).field("of", of).end_object();
}

std::int64_t count_burst(std::span<const base::ColumnActivity::Column> columns) {
  return std::count_if(columns.begin(), columns.end(),
                       [](const auto& column) { return column.burst != 0; });
}

void write_memory(JsonWriter& out, const base::ColumnActivity& activity, std::size_t memory) {
  out.begin_object().field("memory", activity.name(memory));
  out.field("columns", static_cast<std::int64_t>(activity.size(memory)));
  out.key("active").begin_array();
  for (const auto& column : activity.active(memory)) out.integer(column.number);
  out.end_array().key("burst").begin_array();
  for (const auto& column : activity.active(memory)) {
    if (column.burst != 0) out.integer(column.number);
  }
  out.end_array().end_object();
}

/// The first memory counts: it sees every record.
void write_activity(JsonWriter& out, const base::ColumnActivity* activity) {
  if (activity == nullptr || activity->empty()) {
    out.null();
    return;
  }
  const auto first = activity->active(0);
  out.begin_object().field("active", static_cast<std::int64_t>(first.size()));
  out.field("burst", count_burst(first)).key("memories").begin_array();
  for (std::size_t i = 0; i < activity->memories(); ++i) write_memory(out, *activity, i);
  out.end_array().end_object();
}

}  // namespace

void write_explanation(JsonWriter& out, const ReadModel& model, const Device& device, std::size_t i,
                       const DashboardFacts& facts) {
  const Point& point = device.points[i];
  out.begin_object().field("device", device.name).field("sequence", point.sequence).key("time");
  write_time(out, point.time_ms);
  out.key("value").number(point.value).key("prediction").number(point.prediction);
  out.key("expectedLow").number(point.expected_low);
  out.key("expectedHigh").number(point.expected_high);
  out.key("error").number(point.error).key("anomaly").number(point.anomaly);
  out.key("score").number(point.score).field("status", to_text(point.status));
  out.field("reason", model.reason(point)).field("modelAge", point.model_age);
  out.key("modelBytes").integer(known(device.model_bytes));
  out.field("warmUp", facts.warm_up).key("threshold");
  out.number(facts.threshold.value_or(std::numeric_limits<double>::quiet_NaN()));
  out.key("rank");
  write_rank(out, device, point);
  out.key("columns");
  write_activity(out, model.activity(device, point.sequence));
  out.end_object();
}

}  // namespace cortado::dashboard
