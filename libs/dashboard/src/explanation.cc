// SPDX-FileCopyrightText: The Cortado authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

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

/// The anomaly is the share of the active columns that nothing had predicted.
void write_burst(JsonWriter& out, const Point& point, std::int64_t active) {
  if (active == 0 || std::isnan(point.anomaly)) {
    out.null();
    return;
  }
  const double burst = point.anomaly * static_cast<double>(active) + 0.5;
  out.begin_object().field("active", active);
  out.field("burst", static_cast<std::int64_t>(burst)).end_object();
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
  out.field("warmUp", facts.warm_up).key("threshold");
  out.number(facts.threshold.value_or(std::numeric_limits<double>::quiet_NaN()));
  out.key("rank");
  write_rank(out, device, point);
  out.key("columns");
  write_burst(out, point, facts.active_columns);
  out.end_object();
}

}  // namespace cortado::dashboard
